using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Segment;

/// <summary>
/// The events of a request dealt out: a batch for each connection and list, each with its changes in the order of the request; another one
/// where the settings that the changes are sent with differ from those before.
/// </summary>
internal sealed class Deal
{
    private readonly List<BatchDraft> _drafts = [];

    /// <summary>The draft that is open for a connection and list.</summary>
    private readonly Dictionary<(FeedId, long?), BatchDraft> _open = [];

    /// <summary>What is said with the changes of an audience, as far as its events have been dealt out.</summary>
    private readonly CallSettings[] _settings;

    /// <summary>The time of the event that said so.</summary>
    private readonly long[] _settingsTimes;

    /// <summary>The contents of the messages of this request that are accepted, by id.</summary>
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);

    private readonly List<(GatheredEvent Event, MessageKey Key, bool IsRefused)> _keyed = [];
    private readonly HashSet<(string, long)> _refusedIds = [];
    private readonly List<RefusedEvent> _refused = [];
    private readonly IReadOnlyList<FollowedConnection> _connections;
    private readonly GatheredEvents _events;
    private readonly Project _project;

    private readonly ListCount _lists;
    private int _accepted;

    /// <param name="project">Whose they are.</param>
    /// <param name="events">The events.</param>
    /// <param name="connections">Of each audience, by its number.</param>
    /// <param name="maxLists">How many different lists may be named for one audience.</param>
    public Deal(Project project, GatheredEvents events, IReadOnlyList<FollowedConnection> connections, int maxLists)
    {
        (_project, _events, _connections, _lists) = (project, events, connections, new(maxLists));
        _settings = [.. connections.Select(c => c.Before)];
        _settingsTimes = [.. connections.Select(_ => long.MinValue)];
        foreach (var (one, change) in events.All()) Add(one, change);
    }

    public MessageDeduplication? Deduplication => _keyed.Count == 0 ? null : new(_project.Id, [.. _keyed.Select(g => g.Key)]);

    /// <summary>For events that were accepted before the same as then.</summary>
    public SegmentResponse Response => new(_accepted, _events.Ignored, [.. _refused.Concat(_events.NoEvents).OrderBy(r => r.Index)]);

    public List<NewBatch> ToBatches(TimeProvider time) => [.. _drafts.Select(d => d.ToBatch(BatchId.New(time), _events.OnlyMessageId))];

    /// <summary>Its id was accepted before: the next deal goes without it, or keeps it as refused.</summary>
    public void Exclude(RepeatedMessage repeated)
    {
        var (one, _, isRefused) = _keyed[repeated.Position];
        if (isRefused) one.IsKept = true;
        else if (repeated.IsSame) one.IsRepeated = true;
        else one.IsReused = true;
    }

    private void Add(GatheredEvent one, in Change change)
    {
        if (_connections[one.Audience.Number].IsBeyond)
        {
            RefuseBeyond(one, change);
            return;
        }
        var connection = _connections[one.Audience.Number].Connection;
        var rule = RuleOf(one, connection);
        var isListTooMany = !_lists.TryAdd(connection.Id, rule.ListId);
        // together with those of the connection's own list: one rule for each list is what must not be
        if (isListTooMany) rule = rule with { ListId = connection.ListId, ListName = connection.AwaitsList ? connection.ListName : null };
        var dropped = isListTooMany ? Reasons.TooManyLists : MemberMapper.Map(change, rule.Mapping).Dropped;
        if (dropped is null && IsIdTaken(one)) dropped = Reasons.MessageIdReused;
        if (dropped is not null)
        {
            if (IsToKeep(one, dropped)) DraftOf(connection, rule).Add(change, one.MessageId, dropped);
            return;
        }
        _accepted++;
        if (one.MessageId is { } id)
        {
            // the same event may be in the request twice
            if (one.IsRepeated || !_ids.TryAdd(id, one.Content)) return;
            _keyed.Add((one, MessageKey.OfAccepted(id, one.Content), IsRefused: false));
        }
        DraftOf(connection, rule).Add(change, detail: null);
    }

    /// <summary>Its audience may have no connection: it is kept with all that a replay needs.</summary>
    private void RefuseBeyond(GatheredEvent one, in Change change)
    {
        var bin = _connections[one.Audience.Number].Connection;
        if (!IsToKeep(one, Reasons.TooManyAudiences)) return;
        var rule = new EntryRule(null, bin.RuleFor(_project) with { Identity = IdentityRule.AsGiven }, Settings: SettingsOf(one));
        var list = one.ListId is { } id ? new KeptList(id) : new KeptList(ListName: one.Audience.Key);
        DraftOf(bin, rule).AddWithoutConnection(change, one.Audience.Key, list);
    }

    /// <summary>Refuses it. It is kept once, however often it comes.</summary>
    private bool IsToKeep(GatheredEvent one, string reason)
    {
        _refused.Add(new(one.Index, one.MessageId, reason));
        if (one.MessageId is not { } id) return true;
        if (one.IsKept || !_refusedIds.Add((id, one.Content))) return false;
        _keyed.Add((one, MessageKey.OfRefused(id, one.Content), IsRefused: true));
        return true;
    }

    private bool IsIdTaken(GatheredEvent one) =>
        one.IsReused || (one.MessageId is { } id && _ids.TryGetValue(id, out var content) && content != one.Content);

    /// <summary>An event goes to the list it names itself, with the settings it brings; an operator's word on the connection wins.</summary>
    private EntryRule RuleOf(GatheredEvent one, Connection connection)
    {
        var mapping = connection.RuleFor(_project) with { Identity = IdentityRule.AsGiven };
        var rule = EntryRule.For(connection, mapping);
        if (!connection.FollowsSource) return rule;
        if (one.ListId is { } list) rule = rule with { ListId = list, ListName = null };
        return rule with { Settings = SettingsOf(one) };
    }

    /// <summary>One that says nothing changes nothing: it is sent like the newest before it.</summary>
    private CallSettings SettingsOf(GatheredEvent one)
    {
        var number = one.Audience.Number;
        if (one.Settings is not { } own) return _settings[number];
        var settings = own.ApplyTo(_settings[number]);
        if (one.Time >= _settingsTimes[number]) (_settings[number], _settingsTimes[number]) = (settings, one.Time);
        return settings;
    }

    /// <summary>Changes of one list keep their order: what is sent with other settings begins a batch of its own.</summary>
    private BatchDraft DraftOf(Connection connection, EntryRule rule)
    {
        var key = (connection.Id, rule.ListId);
        if (_open.TryGetValue(key, out var open) && open.Rule.Settings == rule.Settings) return open;
        var draft = new BatchDraft(connection, rule, _events.ReceivedAt);
        _drafts.Add(draft);
        return _open[key] = draft;
    }
}
