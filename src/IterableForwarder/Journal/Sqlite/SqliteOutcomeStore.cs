using System.Text.Json;
using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Adds up the entries of a batch. Each answer is read in one transaction, so that its numbers agree.</summary>
internal sealed class SqliteOutcomeStore(SqliteReaders readers, SqliteClockSteps steps) : IOutcomeStore
{
    /// <summary>The batches wanted first, then their entries: adding up must not touch more than is shown.</summary>
    private const string Accounts =
        """
        WITH wanted AS (SELECT seq, batch_id FROM entries WHERE first_index = 0 {0} ORDER BY seq DESC LIMIT @limit)
        SELECT h.batch_id AS BatchId, h.project_id AS ProjectId, h.connection_id AS ConnectionId, h.source AS Source,
               h.source_id AS SourceId, h.replay_of AS ReplayOf, h.received_at AS ReceivedAt,
               SUM(e.received) AS Received, SUM(e.delivered) AS Delivered, SUM(e.superseded) AS Superseded, SUM(e.dropped) AS Dropped,
               SUM(e.rejected) AS Rejected, MIN(e.state) AS State, MAX(e.completed_at) AS CompletedAt
        FROM wanted w JOIN entries h ON h.seq = w.seq JOIN entries e ON e.batch_id = w.batch_id
        GROUP BY h.seq ORDER BY h.seq DESC
        """;

    private const string Reasons =
        """
        SELECT u.reason AS Reason, COUNT(*) AS Changes FROM entries e JOIN undelivered u ON u.seq = e.seq
        WHERE e.batch_id = @id GROUP BY u.reason
        """;

    private const string ReasonsOfDropped = "SELECT received AS Received, dropped_as AS DroppedAs, dropped_as_sum AS DroppedAsSum FROM entries WHERE batch_id = @id AND dropped_as IS NOT NULL";

    private const string EntriesWithUndelivered =
        $"""
        SELECT {SqliteHeads.Columns}, e.seq, e.first_index, e.dropped_as, e.dropped_as_sum
        FROM entries e WHERE e.batch_id = $1 AND e.dropped + e.rejected > 0 AND e.first_index + e.received - 1 > $2 ORDER BY e.first_index
        """;

    private const string UndeliveredRows =
        """
        SELECT position AS Position, outcome AS Outcome, reason AS Reason, detail AS Detail FROM undelivered
        WHERE seq = @seq AND (@outcome IS NULL OR outcome = @outcome) AND position > @after ORDER BY position
        """;

    private const string Unreadable = "The member cannot be shown: the stored change is missing or damaged.";

    public Task<BatchAccount?> FindAsync(BatchId id, CancellationToken cancellationToken) => readers.Questions.ReadAsync(
        session => Read(session, reader => ReadAccounts(reader, "AND batch_id = @id", new { id = id.Value.Blob(), limit = 1 }).SingleOrDefault()), cancellationToken);

    public Task<IReadOnlyList<BatchAccount>> ListAsync(
        BatchFilter filter, IReadOnlyList<long>? entries, BatchId? after, int limit, CancellationToken cancellationToken)
    {
        var conditions = (entries is null ? "" : " AND seq IN (SELECT value FROM json_each(@entries)) AND source_id = @source")
            // with the plus, no index of connections is walked where the entries are known
            + (filter.FeedId is null ? "" : $" AND {(entries is null ? "" : "+")}connection_id IN (@connection, @other)")
            + (filter.Projects is null ? "" : " AND project_id IN @projects")
            + (after is null ? "" : " AND seq < (SELECT seq FROM entries WHERE batch_id = @after AND first_index = 0)");
        var arguments = new
        {
            source = filter.SourceId,
            entries = entries is null ? null : JsonSerializer.Serialize(entries),
            connection = filter.FeedId?.Value.Blob(),
            other = (filter.OrFeedId ?? filter.FeedId)?.Value.Blob(),
            projects = filter.Projects?.Select(p => p.Value.Blob()).ToArray(),
            after = after?.Value.Blob(),
            limit,
        };
        return readers.LongQuestions.ReadAsync<IReadOnlyList<BatchAccount>>(
            session => Read(session, reader => ReadAccounts(reader, conditions, arguments)), cancellationToken);
    }

    public Task<IReadOnlyList<UndeliveredChange>> ReadUndeliveredAsync(
        BatchId id, Outcome? outcome, long afterIndex, int limit, CancellationToken cancellationToken) => readers.LongQuestions.ReadAsync<IReadOnlyList<UndeliveredChange>>(
        session => Read(session, reader =>
        {
            var found = new List<UndeliveredChange>();
            using var entries = session.Query(EntriesWithUndelivered, id.Value, afterIndex);
            while (found.Count < limit && entries.Read())
            {
                var (stored, firstIndex) = (SqliteHeads.Read(entries), entries.GetInt64(12));
                var dropped = outcome is null or Outcome.Dropped ? DroppedChanges.Read(entries.FindBytes(13), (int)stored.Head.Count, entries.FindInt64(14)) : DroppedChanges.None;
                var wanted = UndeliveredOf(reader, entries.GetInt64(SqliteHeads.End), dropped, outcome, afterIndex - firstIndex).Take(limit - found.Count);
                found.AddRange(ChangesOf(session, stored, firstIndex, wanted));
            }
            return found.ToArray();
        }),
        cancellationToken);

    public IAsyncEnumerable<UndeliveredEntry> WalkUndeliveredAsync(UndeliveredFilter filter, CancellationToken cancellationToken) =>
        readers.LongQuestions.WalkAsync(session => SqliteUndelivered.Read(session, steps, filter), _ => int.MaxValue, cancellationToken);

    public Task<KeptEntry?> FindEntryAsync(long seq, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteKeptEntries.Find(session, seq), cancellationToken);

    public Task<Undelivered?> FindUndeliveredAsync(ChangePlace place, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteKeptEntries.FindUndelivered(session, place), cancellationToken);

    public Task<IReadOnlyList<FeedCounts>> ReadCountsAsync(IReadOnlyCollection<FeedId> ids, CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteCountRows.Read(session.Connection, ids), cancellationToken);

    public Task<IReadOnlyList<(FeedId Feed, DateTimeOffset Since)>> ReadOldestPendingAsync(CancellationToken cancellationToken) =>
        readers.Questions.ReadAsync(session => SqliteCountRows.ReadOldestPending(session.Connection), cancellationToken);

    private static BatchAccount[] ReadAccounts(SqliteConnection reader, string conditions, object arguments) =>
        [.. reader.Query<AccountRow>(Accounts.Replace("{0}", conditions, StringComparison.Ordinal), arguments).Select(row => AccountOf(row, ReasonsOf(reader, row.BatchId)))];

    private static Dictionary<string, long> ReasonsOf(SqliteConnection reader, byte[] batch)
    {
        var reasons = reader.Query<ReasonRow>(Reasons, new { id = batch }).ToDictionary(r => r.Reason, r => r.Changes, StringComparer.Ordinal);
        foreach (var entry in reader.Query<DroppedRow>(ReasonsOfDropped, new { id = batch }, buffered: false))
        {
            foreach (var (reason, changes) in DroppedChanges.Read(entry.DroppedAs, (int)entry.Received, entry.DroppedAsSum).ReasonsWithoutRows())
                reasons[reason] = reasons.GetValueOrDefault(reason) + changes;
        }
        return reasons;
    }

    /// <summary>What was not delivered of an entry behind a position.</summary>
    private static IEnumerable<Undelivered> UndeliveredOf(SqliteConnection reader, long seq, DroppedChanges dropped, Outcome? outcome, long after)
    {
        var rows = reader.Query<UndeliveredRow>(UndeliveredRows, new { seq, outcome = (int?)outcome, after })
            .Select(r => new Undelivered((int)r.Position, (Outcome)r.Outcome, r.Reason, r.Detail)).ToList();
        return SqliteUndelivered.Merge(rows, dropped).Where(u => u.Position > after);
    }

    private static BatchAccount AccountOf(AccountRow row, Dictionary<string, long> reasons) => new()
    {
        Id = new(SqliteForms.ToGuid(row.BatchId)),
        ProjectId = new(SqliteForms.ToGuid(row.ProjectId)),
        FeedId = new(SqliteForms.ToGuid(row.ConnectionId)),
        Source = SettingsWords.Sources.ParseOr(row.Source, Settings.Source.Members),
        SourceId = row.SourceId,
        ReplayOf = row.ReplayOf is null ? null : new BatchId(SqliteForms.ToGuid(row.ReplayOf)),
        ReceivedAt = SqliteForms.ToTime(row.ReceivedAt),
        CompletedAt = row is { State: 1, CompletedAt: { } at } ? SqliteForms.ToTime(at) : null,
        Received = row.Received,
        Delivered = row.Delivered,
        Superseded = row.Superseded,
        Dropped = row.Dropped,
        Rejected = row.Rejected,
        Reasons = reasons,
    };

    private static IEnumerable<UndeliveredChange> ChangesOf(SqliteSession session, StoredHead stored, long firstIndex, IEnumerable<Undelivered> wanted) =>
        UndeliveredChanges.In(SqliteHeads.ReadChanges(session, stored.Head).With(stored), wanted)
            .Select(found => found.Change is { } change
                ? new UndeliveredChange(firstIndex + found.Why.Position, change, found.Why.Outcome, found.Why.Reason, found.Why.Detail)
                : new UndeliveredChange(firstIndex + found.Why.Position, new() { Action = ChangeAction.Unsupported }, found.Why.Outcome, found.Why.Reason, Unreadable));

    /// <summary>In one transaction, so that all statements see the same.</summary>
    private static T Read<T>(SqliteSession session, Func<SqliteConnection, T> read)
    {
        using var snapshot = session.Connection.BeginTransaction(deferred: true);
        return read(session.Connection);
    }

    private sealed class AccountRow
    {
        public required byte[] BatchId { get; init; }

        public required byte[] ProjectId { get; init; }

        public required byte[] ConnectionId { get; init; }

        public required string Source { get; init; }

        public string? SourceId { get; init; }

        public byte[]? ReplayOf { get; init; }

        public long ReceivedAt { get; init; }

        public long Received { get; init; }

        public long Delivered { get; init; }

        public long Superseded { get; init; }

        public long Dropped { get; init; }

        public long Rejected { get; init; }

        public long State { get; init; }

        public long? CompletedAt { get; init; }
    }

    private sealed class ReasonRow
    {
        public required string Reason { get; init; }

        public long Changes { get; init; }
    }

    private sealed class DroppedRow
    {
        public long Received { get; init; }

        public byte[]? DroppedAs { get; init; }

        public long? DroppedAsSum { get; init; }
    }

    private sealed class UndeliveredRow
    {
        public long Position { get; init; }

        public long Outcome { get; init; }

        public required string Reason { get; init; }

        public string? Detail { get; init; }
    }
}
