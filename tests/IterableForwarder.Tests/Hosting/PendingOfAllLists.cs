using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests;

internal static class PendingOfAllLists
{
    /// <summary>What is pending for all lists of a connection together, in order of acceptance; the limit is of each list.</summary>
    public static async Task<PendingEntries> ReadPendingAsync(
        this IEntryJournal journal, ConnectionId connection, long after, ReadLimit limit, CancellationToken cancellationToken)
    {
        var lists = await journal.ReadPendingListsAsync(connection, cancellationToken);
        var read = new List<PendingEntries>();
        foreach (var list in lists.Select(l => new OwedList(l.ListId, l.IsNamed)).Distinct())
            read.Add(await journal.ReadPendingAsync(connection, list, after, limit, cancellationToken));
        return new([.. read.SelectMany(r => r.Entries).OrderBy(e => e.Seq).DistinctBy(e => e.Seq)], read.Any(r => r.IsLimited));
    }
}
