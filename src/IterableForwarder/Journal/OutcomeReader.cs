using System.Runtime.CompilerServices;
using IterableForwarder.Changes;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal;

/// <summary>Reads outcomes from the store of an engine and from the index of members.</summary>
internal sealed class OutcomeReader(IOutcomeStore store, IndexedMembers index, TimeProvider time, ILogger<OutcomeReader> log) : IOutcomeReader, IFeedStatusReader
{
    public Task<BatchAccount?> FindAsync(BatchId id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    public async Task<IReadOnlyList<BatchAccount>> ListAsync(BatchFilter filter, BatchId? after, int limit, CancellationToken cancellationToken)
    {
        if (filter.SourceId is not { } sourceId) return await store.ListAsync(filter, null, after, limit, cancellationToken);
        // two ids may share a fingerprint: the index only says where to look
        var entries = new List<long>();
        await foreach (var seq in index.FindAsync([MemberFingerprint.OfSourceId(sourceId)], long.MaxValue, cancellationToken)) entries.Add(seq);
        return await store.ListAsync(filter, entries, after, limit, cancellationToken);
    }

    public Task<IReadOnlyList<UndeliveredChange>> ReadUndeliveredAsync(
        BatchId id, Outcome? outcome, long afterIndex, int limit, CancellationToken cancellationToken) =>
        store.ReadUndeliveredAsync(id, outcome, afterIndex, limit, cancellationToken);

    public IAsyncEnumerable<UndeliveredEntry> WalkUndeliveredAsync(UndeliveredFilter filter, CancellationToken cancellationToken) =>
        store.WalkUndeliveredAsync(filter, cancellationToken);

    public async Task<IReadOnlyList<FoundChange>> SearchAsync(WantedMember who, ChangePlace before, int limit, CancellationToken cancellationToken)
    {
        var found = new List<FoundChange>();
        await foreach (var change in FindAsync(who, before, cancellationToken))
        {
            found.Add(change);
            if (found.Count == limit) break;
        }
        return found;
    }

    public async Task<IReadOnlyDictionary<FeedId, FeedStatus>> ReadAsync(IReadOnlyCollection<FeedId> ids, CancellationToken cancellationToken)
    {
        var statuses = ids.ToDictionary(id => id, _ => FeedStatus.None);
        foreach (var counts in await store.ReadCountsAsync(ids, cancellationToken)) statuses[counts.Feed] = counts.StatusAt(time.GetUtcNow());
        return statuses;
    }

    public Task<IReadOnlyList<(FeedId Feed, DateTimeOffset Since)>> ReadOldestPendingAsync(CancellationToken cancellationToken) =>
        store.ReadOldestPendingAsync(cancellationToken);

    /// <summary>Looks into the entries that the index names, the newest first.</summary>
    private async IAsyncEnumerable<FoundChange> FindAsync(WantedMember who, ChangePlace before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var seq in index.FindAsync(who.Fingerprints, before.Seq, cancellationToken))
        {
            // gone since it was indexed
            if (await store.FindEntryAsync(seq, cancellationToken) is not { } entry) continue;
            foreach (var (place, change) in ChangesIn(entry, who, before)) yield return await ShowAsync(entry, place, change, cancellationToken);
        }
    }

    /// <summary>Without what cannot be read: damage to one entry must not hide what others say of a person.</summary>
    private List<(ChangePlace Place, Change Change)> ChangesIn(KeptEntry entry, WantedMember who, ChangePlace before)
    {
        var found = new List<(ChangePlace, Change)>();
        try
        {
            var changes = entry.Stored.Read();
            for (var (offset, position) = (0, 0); offset < changes.Length; position++)
            {
                var change = ChangeCodec.Read(changes, ref offset);
                var place = new ChangePlace(entry.Seq, position);
                if (place.CompareTo(before) < 0 && who.IsIn(change, entry.Rule.Mapping)) found.Add((place, change));
            }
        }
        catch (InvalidDataException e)
        {
            JournalLog.NotSearched(log, entry.BatchId.ToString(), e.Message);
        }
        found.Reverse();
        return found;
    }

    private async Task<FoundChange> ShowAsync(KeptEntry entry, ChangePlace place, Change change, CancellationToken cancellationToken)
    {
        var outcome = entry.OutcomeOf(place.Position);
        var why = outcome is Outcome.Dropped or Outcome.Rejected ? await store.FindUndeliveredAsync(place, cancellationToken) : null;
        return new()
        {
            Place = place,
            FeedId = entry.FeedId,
            BatchId = entry.BatchId,
            Rule = entry.Rule,
            Index = entry.FirstIndex + place.Position,
            Change = change,
            Outcome = outcome,
            Reason = why?.Reason,
            Detail = why?.Detail,
            Source = entry.Source,
            SourceId = entry.SourceId,
            ReceivedAt = entry.ReceivedAt,
            SettledAt = entry.CompletedAt,
        };
    }
}
