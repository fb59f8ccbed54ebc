using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The entries in SQLite. Reads go beside the writer.</summary>
internal sealed class SqliteEntryStore(SqliteReaders readers, SqliteWriter writer, SqliteClockSteps steps, TimeProvider time) : IEntryStore
{
    private readonly SqliteEntryRows _rows = new(steps);

    public Task<long> StageAsync(ProjectId project, Chunk chunk) => writer.WriteAsync(session => SqliteAcceptance.Stage(session, project, chunk));

    public Task DiscardAsync(IReadOnlyList<long> staged) => writer.WriteAsync(session => SqliteAcceptance.Discard(session, staged));

    public Task<int> ClearStagedAsync() => writer.WriteAsync(SqliteAcceptance.ClearStaged);

    public Task RecordClockStepAsync(DateTimeOffset at) => writer.WriteAsync(session => SqliteClockSteps.Record(session, at), steps.Use);

    public async Task<bool> LoadClockStepsAsync()
    {
        var isBehind = await readers.Entries.ReadAsync(
            session =>
            {
                steps.Use(SqliteClockSteps.Read(session));
                return steps.IsBehind(session, time.GetUtcNow());
            },
            CancellationToken.None);
        if (isBehind) await RecordClockStepAsync(time.GetUtcNow());
        return isBehind;
    }

    public Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages, Action committed) => writer.WriteAsync(
        session => SqliteAcceptance.Accept(session, batches, idempotencyKey, messages, time.GetUtcNow()),
        acceptance =>
        {
            if (acceptance.Kind == AcceptanceKind.Accepted) committed();
        },
        (session, acceptance) => acceptance is { Kind: AcceptanceKind.Accepted, BatchId: { } id } && SqliteAcceptance.IsStored(session, id));

    public Task SettleAsync(IReadOnlyList<EntrySettlement> settlements, Action<SettledChanges> committed) => writer.WriteAsync(
        session => SqliteSettling.Settle(session, settlements, time.GetUtcNow()),
        written => committed(written.Changes),
        (session, written) => written.IsStoredIn(session));

    public Task<PendingStep> MovePendingAsync(FeedId feed, PendingMove move) => writer.WriteAsync(session => SqlitePending.Move(session, feed, move));

    public async Task<PendingStep> DiscardPendingAsync(FeedId feed, PendingDiscard discard, Action<SettledChanges> committed)
    {
        var discarded = await writer.WriteAsync(
            session => SqlitePending.Discard(session, feed, discard, time.GetUtcNow()),
            written => committed(written.Changes),
            (session, written) => written.IsStoredIn(session));
        return discarded.Step;
    }

    public Task<IReadOnlyList<PendingOfList>> ReadPendingListsAsync(FeedId feed, CancellationToken cancellationToken) =>
        readers.Entries.ReadAsync(session => SqlitePending.ReadLists(session, feed), cancellationToken);

    public Task RecordErrorAsync(ProjectId project, FeedId feed, string? error) => writer.WriteAsync(session => session.Execute(
        """
        INSERT INTO totals (connection_id, project_id, last_error) VALUES ($1, $2, $3)
        ON CONFLICT (connection_id) DO UPDATE SET last_error = excluded.last_error
        """,
        feed.Value,
        project.Value,
        error));

    public Task<Acceptance?> FindRepeatAsync(IdempotencyKey idempotencyKey, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteAcceptance.FindAnswer(session, idempotencyKey), cancellationToken);

    public Task<IReadOnlyList<RepeatedMessage>> FindRepeatsAsync(MessageDeduplication messages, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteMessages.FindRepeated(session, messages, time.GetUtcNow()), cancellationToken);

    public Task<PendingEntries> ReadPendingAsync(FeedId feed, PendingList list, long after, ReadLimit limit, CancellationToken cancellationToken) =>
        readers.Entries.ReadAsync(session => _rows.ReadPending(session, feed, list, after, limit), cancellationToken);

    public Task<IReadOnlyList<(ProjectId Project, FeedId Feed)>> ReadBacklogAsync(CancellationToken cancellationToken) =>
        readers.Entries.ReadAsync(SqliteEntryRows.ReadBacklog, cancellationToken);

    public Task<long?> ReadLatestAsync(FeedId feed, SliceBounds slice, long time, CancellationToken cancellationToken) =>
        readers.Entries.ReadAsync(session => SqliteEntryRows.ReadLatest(session, feed, slice, time), cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadLaterAsync(
        FeedId feed, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        readers.Entries.WalkAsync(session => _rows.ReadLater(session, feed, slice, time, fingerprints), BytesOf, cancellationToken);

    public IAsyncEnumerable<PendingEntry> ReadNewerAsync(
        FeedId feed, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints, CancellationToken cancellationToken) =>
        readers.Entries.WalkAsync(session => _rows.ReadNewer(session, feed, seq, origin, fingerprints), BytesOf, cancellationToken);

    public Task<IReadOnlyList<PendingEntry>> ReadNewerAsync(
        FeedId feed, IReadOnlyList<long> entries, ChangeOrigin origin, CancellationToken cancellationToken) =>
        readers.Entries.ReadAsync(session => _rows.ReadNewer(session, feed, entries, origin), cancellationToken);

    private static int BytesOf(PendingEntry entry) => entry.Changes.Length + entry.Origins.Length;
}
