using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Accepts the events of a request, all or none, and each once.</summary>
internal sealed class Intake(IEntryJournal journal, Audiences audiences, IngressLog log, TimeProvider time)
{
    /// <summary>How often connections are looked for that an operator deletes meanwhile: more than once takes some doing.</summary>
    private const int MostAttempts = 3;

    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<SegmentAnswer> AcceptAsync(Project project, GatheredEvents events, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var connections = await audiences.FindOrMakeAsync(project, events, cancellationToken);
            try
            {
                return await AcceptAsync(project, events, connections);
            }
            catch (ConnectionGoneException) when (attempt < MostAttempts)
            {
                // Segment does not try again what is answered with 404
            }
        }
    }

    /// <summary>What was accepted before is taken out, and the rest tried again: each time fewer events are left.</summary>
    private async Task<SegmentAnswer> AcceptAsync(Project project, GatheredEvents events, IReadOnlyList<Connection> connections)
    {
        while (true)
        {
            var deal = new Deal(project, events, connections);
            var batches = deal.ToBatches(time);
            if (batches.Count == 0) return deal.Answer;
            var acceptance = await journal.AcceptAsync(batches, guard: null, deal.Guards);
            if (acceptance.Kind == AcceptanceKind.Accepted)
            {
                foreach (var batch in batches) log.Accepted(batch);
                return deal.Answer;
            }
            foreach (var position in acceptance.Repeated) deal.Guarded[position].IsRepeated = true;
        }
    }

    /// <summary>The events dealt out: a batch for each connection and list, each with its changes in the order of the request.</summary>
    private sealed class Deal
    {
        private readonly Dictionary<(ConnectionId, long?), BatchDraft> _drafts = [];
        private readonly GatheredEvents _events;
        private readonly List<RefusedEvent> _refused = [];
        private readonly Project _project;
        private int _accepted;

        public Deal(Project project, GatheredEvents events, IReadOnlyList<Connection> connections)
        {
            (_project, _events) = (project, events);
            foreach (var (one, change) in events.All()) Add(one, change, connections[one.Audience.Number]);
        }

        /// <summary>The events that are guarded, in the order of their guards.</summary>
        public List<GatheredEvent> Guarded { get; } = [];

        public MessageGuards? Guards => Guarded.Count == 0 ? null : new(_project.Id, [.. Guarded.Select(e => MessageGuards.KeyOf(e.MessageId!))]);

        /// <summary>For events that were accepted before the same as then.</summary>
        public SegmentAnswer Answer => new(_accepted, _events.Ignored, _refused);

        public List<NewBatch> ToBatches(TimeProvider time) => [.. _drafts.Values.Select(d => d.ToBatch(BatchId.New(time), _events.OnlyMessageId))];

        private void Add(GatheredEvent one, in Change change, Connection connection)
        {
            var rule = RuleOf(one, connection);
            var dropped = MemberMapper.Map(change, rule.Mapping).Dropped;
            if (dropped is null) _accepted++;
            else _refused.Add(new(one.Index, one.MessageId, dropped));
            if (one.IsRepeated) return;
            DraftOf(connection, rule).Add(change, dropped is null ? null : one.MessageId);
            if (one.MessageId is not null) Guarded.Add(one);
        }

        /// <summary>An event goes to the list it names itself; an operator's word on the connection wins.</summary>
        private EntryRule RuleOf(GatheredEvent one, Connection connection)
        {
            var mapping = connection.RuleFor(_project) with { Identity = IdentityRule.AsGiven };
            return connection.FollowsSource && one.ListId is { } list ? new(list, mapping) : EntryRule.For(connection, mapping);
        }

        private BatchDraft DraftOf(Connection connection, EntryRule rule)
        {
            var key = (connection.Id, rule.ListId);
            if (!_drafts.TryGetValue(key, out var draft)) _drafts[key] = draft = new(connection, rule, _events.ReceivedAt);
            return draft;
        }
    }
}
