using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests;

internal static class PendingOfAllLists
{
    /// <summary>What is pending for all lists of a connection together, in order of acceptance; the limit is of each list.</summary>
    public static PendingEntries ReadPending(this IEntryJournal journal, ConnectionId connection, long after, ReadLimit limit)
    {
        var lists = journal.ReadPendingLists(connection).Select(l => new OwedList(l.ListId, l.IsNamed)).Distinct();
        var read = lists.Select(l => journal.ReadPending(connection, l, after, limit)).ToList();
        return new([.. read.SelectMany(r => r.Entries).OrderBy(e => e.Seq).DistinctBy(e => e.Seq)], read.Any(r => r.IsLimited));
    }
}
