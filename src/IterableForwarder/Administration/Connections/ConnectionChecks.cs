using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Connections;

/// <summary>Errors of a connection's settings that show only beside its project, its source or its present settings.</summary>
internal static class ConnectionChecks
{
    /// <param name="settings">Those of a new connection.</param>
    /// <param name="project">Null where there is no such project.</param>
    /// <param name="errors">Receives what is found, and has what its reader has found.</param>
    public static void CheckNew(ConnectionSettings settings, Project? project, ValidationErrors errors)
    {
        if (project is null) errors.Add("projectId", settings.ProjectId == default ? "is required, and must be the id of a project" : "is not a known project");
        if (settings is { ListId: null, ListName: null }) errors.Add("listId", "is required, unless listName is given");
        if (settings is { ListId: not null, ListName: not null }) errors.Add("listName", "must not be combined with listId");
        if (settings.AudienceId is null && settings.Source != Source.Members) errors.Add("audienceId", "is required for this source");
        CheckEffect(settings, project, errors);
    }

    /// <param name="settings">Those that the connection is to have.</param>
    /// <param name="connection">The connection of now.</param>
    /// <param name="project">Its project.</param>
    /// <param name="errors">Receives what is found.</param>
    public static void CheckChange(ConnectionSettings settings, Connection connection, Project project, ValidationErrors errors)
    {
        CheckEffect(settings with { Source = connection.Source }, project, errors);
        if (settings is { ListId: null, ListName: null } && !settings.NamesListOf(connection)) errors.Add("listId", "is required, unless listName is given");
        if (settings.AudienceId is null && connection.AudienceId is not null && connection.Source != Source.Members) errors.Add("audienceId", "is required for this source");
        if (settings.ProjectId != connection.ProjectId) errors.Add("projectId", "cannot be changed; create another connection");
        if (settings.Source != connection.Source) errors.Add("source", "cannot be changed; create another connection");
        if (settings is { ListId: { } id, ListName: { } name } && (id, name) != (connection.ListId, connection.ListName))
            errors.Add("listName", "must not be combined with listId, unless both name the present list");
    }

    /// <summary>Settings that have no effect for the connection's source or project, and are therefore refused.</summary>
    private static void CheckEffect(ConnectionSettings settings, Project? project, ValidationErrors errors)
    {
        // nobody knows which source was meant
        if (errors.Has("source")) return;
        var word = SettingsWords.Sources[settings.Source];
        if (settings.Identifiers is not null && settings.Source is Source.Members or Source.MParticle)
            errors.Add("identifiers", $"has no effect for the source {word}: it is for segment and amplitude");
        if (settings.Source == Source.Amplitude)
        {
            CheckCohortPaths(settings.Identifiers?.Email, "identifiers.email", errors);
            CheckCohortPaths(settings.Identifiers?.UserId, "identifiers.userId", errors);
        }
        if (settings.RequireEmail) return;
        if (settings.Source is Source.Segment or Source.Amplitude)
            errors.Add("requireEmail", $"has no effect for the source {word}, whose members need no e-mail; leave it out");
        else if (project?.Type == ProjectType.Email)
            errors.Add("requireEmail", "must not be false in a project of the type 'email', where the e-mail identifies members");
    }

    private static void CheckCohortPaths(IReadOnlyList<string>? paths, string at, ValidationErrors errors)
    {
        for (var i = 0; i < paths?.Count; i++)
        {
            if (paths[i] is { } path && !CohortPath.IsOne(path))
                errors.Add($"{at}[{i}]", $"has no effect for the source amplitude: it must be {CohortPath.UserId}, or a name behind {CohortPath.Properties}");
        }
    }
}
