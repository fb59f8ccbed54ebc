using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Connections;

/// <summary>Faults of a connection's settings that show only beside its project, its source or its settings of now.</summary>
internal static class ConnectionChecks
{
    /// <param name="settings">Those of a new connection.</param>
    /// <param name="project">Null where there is no such project.</param>
    /// <param name="faults">Receives what is found, and has what its reader has found.</param>
    public static void CheckNew(ConnectionSettings settings, Project? project, Faults faults)
    {
        if (project is null) faults.Add("projectId", settings.ProjectId == default ? "is required, and must be the id of a project" : "is not a known project");
        if (settings is { ListId: null, ListName: null }) faults.Add("listId", "is required, unless listName is given");
        if (settings is { ListId: not null, ListName: not null }) faults.Add("listName", "must not be given beside listId: give one of them");
        if (settings.AudienceId is null && settings.Source != Source.Members) faults.Add("audienceId", "is required for this source");
        CheckEffect(settings, project, faults);
    }

    /// <param name="settings">Those that the connection is to have.</param>
    /// <param name="connection">The connection of now.</param>
    /// <param name="project">Its project.</param>
    /// <param name="faults">Receives what is found.</param>
    public static void CheckChange(ConnectionSettings settings, Connection connection, Project project, Faults faults)
    {
        CheckEffect(settings with { Source = connection.Source }, project, faults);
        if (settings is { ListId: null, ListName: null } && !settings.NamesListOf(connection)) faults.Add("listId", "is required, unless listName is given");
        if (settings.AudienceId is null && connection.AudienceId is not null && connection.Source != Source.Members) faults.Add("audienceId", "is required for this source");
        if (settings.ProjectId != connection.ProjectId) faults.Add("projectId", "cannot be changed; make another connection");
        if (settings.Source != connection.Source) faults.Add("source", "cannot be changed; make another connection");
        if (settings is { ListId: { } id, ListName: { } name } && (id, name) != (connection.ListId, connection.ListName))
            faults.Add("listName", "must not be given beside listId, unless both are the list of now: give one of them");
    }

    /// <summary>Settings that have no effect for the connection's source or project, and are therefore refused.</summary>
    private static void CheckEffect(ConnectionSettings settings, Project? project, Faults faults)
    {
        // nobody knows which source was meant
        if (faults.Has("source")) return;
        var word = SettingsWords.Sources[settings.Source];
        if (settings.Identifiers is not null && settings.Source is Source.Members or Source.MParticle)
            faults.Add("identifiers", $"has no effect for the source {word}: it is for segment and amplitude");
        if (settings.Source == Source.Amplitude)
        {
            CheckCohortPaths(settings.Identifiers?.Email, "identifiers.email", faults);
            CheckCohortPaths(settings.Identifiers?.UserId, "identifiers.userId", faults);
        }
        if (settings.RequireEmail) return;
        if (settings.Source is Source.Segment or Source.Amplitude)
            faults.Add("requireEmail", $"has no effect for the source {word}, whose members need no e-mail; leave it out");
        else if (project?.Type == ProjectType.Email)
            faults.Add("requireEmail", "must not be false in a project of the type 'email', where the e-mail says who somebody is");
    }

    private static void CheckCohortPaths(IReadOnlyList<string>? paths, string at, Faults faults)
    {
        for (var i = 0; i < paths?.Count; i++)
        {
            if (paths[i] is { } path && !CohortPath.IsOne(path))
                faults.Add($"{at}[{i}]", $"has no effect for the source amplitude: it must be {CohortPath.UserId}, or a name behind {CohortPath.Properties}");
        }
    }
}
