using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Accepts the events of a request, all or none, and each once.</summary>
internal sealed class Intake(IEntryJournal journal, Audiences audiences, IngressLog log, TimeProvider time)
{
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<SegmentAnswer> AcceptAsync(Project project, GatheredEvents events, CancellationToken cancellationToken)
    {
        var answer = await Attempts.UntilConnectionsStayAsync(async () =>
            await AcceptAsync(project, events, await audiences.FindOrMakeAsync(project, events, cancellationToken)));
        await log.IgnoredAsync(project, Source.Segment, events.Ignored + events.NoEvents.Count);
        return answer;
    }

    /// <summary>What was accepted before is taken out, and the rest tried again: each time fewer events are left.</summary>
    private async Task<SegmentAnswer> AcceptAsync(Project project, GatheredEvents events, IReadOnlyList<FollowedConnection> connections)
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
            foreach (var repeated in acceptance.Repeated) deal.Exclude(repeated);
        }
    }
}
