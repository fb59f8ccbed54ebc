using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>Puts together what is shown about connections: their settings, their neighbours and their counters.</summary>
internal sealed class ConnectionResponses(IProjectDirectory directory, IFeedStatusReader statuses, DeliveryStatistics statistics, FlowStatus flow)
{
    /// <summary>Another connection feeds the same list.</summary>
    public const string ListShared = "listShared";

    /// <summary>An operator has named the list, and no call for it has worked yet.</summary>
    public const string ListUnverified = "listUnverified";

    public async Task<ConnectionResponse> OfAsync(Connection connection, CancellationToken cancellationToken) =>
        (await OfAsync([connection], cancellationToken))[0];

    public async Task<IReadOnlyList<ConnectionResponse>> OfAsync(IReadOnlyCollection<Connection> connections, CancellationToken cancellationToken)
    {
        var status = await statuses.ReadAsync([.. connections.Select(c => c.Id)], cancellationToken);
        var feeders = connections.Select(c => c.ProjectId).Distinct().ToDictionary(p => p, FeedersOfLists);
        // no older than the counters: what a call has proven is known once its changes count as delivered
        var newest = connections.Select(NewestOf).ToList();
        var holds = await flow.HoldsOfAsync(newest, cancellationToken);
        return [.. newest.Select(c => Of(c, status[c.Id], holds[c.Id], WarningsOf(c, feeders[c.ProjectId])))];
    }

    /// <summary>The connections that pass every filter.</summary>
    public IEnumerable<Connection> Filter(IEnumerable<Connection> connections, ConnectionQuery query)
    {
        var feeders = new Dictionary<ProjectId, Dictionary<long, int>>();
        Source? source = query.Source is { } word ? SettingsWords.Sources.Parse(word) : null;
        return connections.Where(c => (query.AudienceId is null || c.AudienceId == query.AudienceId)
            && (source is null || c.Source == source)
            && query.Name.IsIn(c.Name)
            && query.State.IsState(StateOf(c))
            && (query.Warning is null || query.Warning.IsAmong(WarningsOf(c, FeedersOf(c.ProjectId)))));

        Dictionary<long, int> FeedersOf(ProjectId project) =>
            feeders.TryGetValue(project, out var known) ? known : feeders[project] = FeedersOfLists(project);
    }

    private Connection NewestOf(Connection connection) => directory.TryGet(connection.Id, out var newest) ? newest : connection;

    private Dictionary<long, int> FeedersOfLists(ProjectId project) => directory.ConnectionsOf(project)
        .Where(c => c is { ListId: not null, Closed: false })
        .CountBy(c => c.ListId!.Value).ToDictionary();

    private IReadOnlyList<string> WarningsOf(Connection connection, Dictionary<long, int> feeders)
    {
        List<string> own = [];
        if (connection is { ListId: { } list, Closed: false } && feeders.GetValueOrDefault(list) > 1) own.Add(ListShared);
        if (connection is { ListUnverified: true, ListId: not null }) own.Add(ListUnverified);
        own.AddRange(connection.Warnings);
        return flow.WarningsOf(connection.ProjectId, [connection], own);
    }

    private ConnectionResponse Of(Connection connection, FeedStatus status, IReadOnlyList<HoldResponse> holds, IReadOnlyList<string> warnings)
    {
        var state = StateOf(connection);
        return new ConnectionResponse(connection)
        {
            Id = connection.Id.ToString(),
            FollowsSource = connection.FollowsSource,
            State = state.Word,
            HeldAt = state.HeldAt,
            HoldReason = state.Cause?.Reason,
            HoldDetail = state.Cause?.Detail,
            HeldSince = state.Cause?.Since,
            HeldBy = state.Cause?.By,
            Holds = holds,
            Warnings = warnings,
            Status = flow.Of(connection, status),
            Metrics = MetricsResponse.Of(statistics.Of(connection.Id)),
            CreatedAt = connection.CreatedAt,
        };
    }

    private ShownState StateOf(Connection connection) => ShownState.Of(connection, directory.TryGet(connection.ProjectId, out var project) ? project : null);
}
