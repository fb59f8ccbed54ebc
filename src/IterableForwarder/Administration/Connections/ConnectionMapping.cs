using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Administration.Connections;

/// <summary>The list a connection is to feed.</summary>
internal sealed record ChosenList(long Id, string? Name, DateTimeOffset? CreatedAt);

/// <summary>From a request that has passed its rules to a connection. What is left out takes its default.</summary>
internal static class ConnectionMapping
{
    public static Connection ToConnection(this NewConnection request, Project project, ChosenList list, TimeProvider time) =>
        Apply(request, list, new Connection
        {
            Id = ConnectionId.New(time),
            ProjectId = project.Id,
            Name = request.Name!,
            Source = request.Source is { } source ? SettingsWords.Sources.Parse(source) : Source.Members,
            CreatedAt = time.GetStoredNow(),
        });

    /// <summary>An operator's word ends the following of the source; the audience of a source stays its own unless it is named anew.</summary>
    public static Connection ApplyTo(this ConnectionReplacement request, Connection connection, ChosenList list) =>
        Apply(request, list, connection);

    /// <summary>Faults that show only beside what is there: what must not change, and two words about the list that disagree.</summary>
    public static void Check(this ConnectionReplacement request, Connection connection, Faults faults)
    {
        if (request.ProjectId is not null && request.ProjectId != connection.ProjectId.ToString())
            faults.Add("projectId", "cannot be changed; make another connection");
        if (request.Source is not null && request.Source != SettingsWords.Sources[connection.Source])
            faults.Add("source", "cannot be changed; make another connection");
        if (request is { ListId: { } id, ListName: { } name } && (id, name) != (connection.ListId, connection.ListName))
            faults.Add("listName", "must not be given beside listId: give one of them");
    }

    private static Connection Apply(ConnectionSettings request, ChosenList list, Connection connection) => connection with
    {
        Name = request.Name!,
        AudienceId = request.AudienceId ?? (connection.Source == Source.Members ? null : connection.AudienceId),
        ListId = list.Id,
        ListName = list.Name,
        ListCreatedAt = list.CreatedAt,
        UserId = request.UserId is { } word ? SettingsWords.IdentityRules.Parse(word) : null,
        UpdateExistingUsersOnly = request.UpdateExistingUsersOnly ?? false,
        CampaignId = request.CampaignId,
        ChannelUnsubscribe = request.ChannelUnsubscribe ?? false,
        Attributes = [.. (request.Attributes ?? new Dictionary<string, string?>()).Select(a => new AttributeMapping(a.Key, a.Value!))],
        Identifiers = request.Identifiers?.ToPaths(),
        FollowsSource = false,
        Warnings = [],
    };
}
