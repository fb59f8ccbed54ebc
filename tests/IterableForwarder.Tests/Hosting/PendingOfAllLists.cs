using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests;

internal static class PendingOfAllLists
{
    /// <summary>What is pending for all lists of a connection together, in order of acceptance; the limit is of each list.</summary>
    public static async Task<PendingEntries> ReadPendingAsync(
        this IEntryJournal journal, FeedId feed, long after, ReadLimit limit, CancellationToken cancellationToken)
    {
        var entries = new List<PendingEntry>();
        var isLimited = false;
        foreach (var list in (await journal.ReadPendingListsAsync(feed, cancellationToken)).Select(l => new OwedList(l.ListId, l.IsNamed)).Distinct())
        {
            var read = await journal.ReadPendingAsync(feed, list, after, limit, cancellationToken);
            entries.AddRange(read.Entries);
            isLimited |= read.IsLimited;
        }
        return new([.. entries.OrderBy(e => e.Seq).DistinctBy(e => e.Seq)], isLimited);
    }
}
