using IterableForwarder.Administration.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Connections;

/// <summary>The list a connection is to feed.</summary>
/// <param name="IsVerified">Whether Iterable has shown it.</param>
internal sealed record ChosenList(long? Id, string? Name, DateTimeOffset? CreatedAt, bool IsVerified);

/// <summary>From a request that has passed its rules to a connection. What is left out takes its default.</summary>
internal static class ConnectionMapping
{
    public static Connection ToConnection(this NewConnection request, Project project, ChosenList list, TimeProvider time) =>
        Apply(request, list, new Connection
        {
            Id = FeedId.New(time),
            ProjectId = project.Id,
            Name = request.Name!,
            Source = request.Source is { } source ? SettingsWords.Sources.Parse(source) : Source.Members,
            CreatedAt = time.GetStoredNow(),
        });

    /// <summary>An operator's word ends the following of the source.</summary>
    public static Connection ApplyTo(this ConnectionReplacement request, Connection connection, ChosenList list) =>
        Apply(request, request.NamesListOf(connection) ? Verified(ListOf(connection), list) : list, connection);

    /// <summary>The same connection, its list verified where Iterable has shown it.</summary>
    public static Connection Verify(Connection connection, ChosenList list) =>
        connection.ListUnverified && Verified(ListOf(connection), list).IsVerified ? connection with { ListUnverified = false } : connection;

    /// <summary>The present list, whether its id is known or only its name.</summary>
    public static ChosenList ListOf(Connection connection) => new(connection.ListId, connection.ListName, connection.ListCreatedAt, !connection.ListUnverified);

    /// <summary>Whether the list is to stay.</summary>
    public static bool NamesListOf(this ConnectionReplacement request, Connection connection) =>
        (request.ListId, request.ListName) == (connection.ListId, connection.ListName);

    /// <summary>The settings as they are to be. A list that is named by its id or by its name alone takes the place of both.</summary>
    public static ConnectionReplacement Read(SettingsChange<ConnectionReplacement> change, Connection connection)
    {
        var request = change.ApplyTo(ConnectionReplacement.Of(connection));
        if (change.Names("listId") == change.Names("listName")) return request;
        if (change.Names("listId")) return request.ListId is null || request.ListId == connection.ListId ? request : request with { ListName = null };
        return request.ListName is null || request.ListName == connection.ListName ? request : request with { ListId = null };
    }

    /// <summary>Errors that show only beside what is there: what must not change, and two words about the list that disagree.</summary>
    public static void Check(this ConnectionReplacement request, Connection connection, Project project, ValidationErrors errors)
    {
        SourceCheck.Check(request, connection.Source, project, errors.Add);
        if (request is { ListId: null, ListName: null } && !request.NamesListOf(connection)) errors.Add("listId", "is required, unless listName is given");
        if (request.AudienceId is null && connection.AudienceId is not null && connection.Source != Source.Members) errors.Add("audienceId", "is required for this source");
        if (request.ProjectId is not null && request.ProjectId != connection.ProjectId.ToString())
            errors.Add("projectId", "cannot be changed; create another connection");
        if (request.Source is not null && request.Source != SettingsWords.Sources[connection.Source])
            errors.Add("source", "cannot be changed; create another connection");
        if (request is { ListId: { } id, ListName: { } name } && (id, name) != (connection.ListId, connection.ListName))
            errors.Add("listName", "must not be combined with listId, unless both name the present list");
    }

    private static ChosenList Verified(ChosenList kept, ChosenList asked) => kept with { IsVerified = kept.IsVerified || (asked.IsVerified && asked.Id == kept.Id) };

    private static Connection Apply(ConnectionSettings request, ChosenList list, Connection connection) => connection with
    {
        Name = request.Name!,
        AudienceId = request.AudienceId,
        ListId = list.Id,
        ListName = list.Name,
        ListCreatedAt = list.CreatedAt,
        ListUnverified = !list.IsVerified,
        UserId = request.UserId is { } word ? SettingsWords.IdentityRules.Parse(word) : null,
        UpdateExistingUsersOnly = request.UpdateExistingUsersOnly ?? false,
        CampaignId = request.CampaignId,
        ChannelUnsubscribe = request.ChannelUnsubscribe ?? false,
        RequireEmail = request.RequireEmail ?? true,
        Attributes = [.. (request.Attributes ?? new Dictionary<string, string?>()).Select(a => new AttributeMapping(a.Key, a.Value!))],
        Identifiers = request.Identifiers?.ToPaths(),
        FollowsSource = false,
        Warnings = [],
    };
}
