using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Sqlite.MemberIndex;
using IterableForwarder.Telemetry;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The journal on SQLite. Reads go beside the writer, on connections of their own.</summary>
internal sealed class SqliteEntryJournal(
    SqliteDatabase database,
    SqliteWriter writer,
    SqliteMemberIndex index,
    PendingCounts counts,
    PendingLimits limits,
    IRepeatReader repeats,
    TimeProvider time,
    ILogger<SqliteEntryJournal> log)
    : IEntryJournal, IJournalPart
{
    private const string EntryColumns =
        "e.seq, e.project_id, e.connection_id, e.rule_id, e.received_at, e.earliest, e.latest, e.received, e.outcomes, b.changes, b.origins, e.batch_id, e.moved_before";

    /// <summary>The connection, a time, and the bounds of the slice.</summary>
    private const string BesideSlice = $"e.connection_id = $1 AND e.latest > $2 AND e.seq < $4 AND (e.seq < $3 OR e.state = 1) AND {HasWord}";

    /// <summary>Not everything in the entry was dropped: what was is the last word on nobody.</summary>
    private const string HasWord = "e.dropped < e.received";

    /// <summary>
    /// Up to so many fingerprints are looked up in the index of members, at some 5 µs for each and each of its segments: for ten million
    /// pairs 12 ms. For more, it is quicker to walk over what the connection has.
    /// </summary>
    private const int MostLookedUp = 64;

    private readonly ConcurrentDictionary<long, EntryRule> _rules = new();

    public event Action<AcceptedBatch>? Accepted;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var cleared = await writer.WriteAsync(session =>
        {
            var bodies = session.Execute("DELETE FROM bodies WHERE id IN (SELECT id FROM staged)");
            session.Execute("DELETE FROM staged");
            return bodies;
        });
        if (cleared > 0) JournalLog.ClearedLeftOvers(log, cleared);
    }

    public async Task<Piece> StageAsync(ProjectId project, Piece piece)
    {
        var id = await writer.WriteAsync(session => SqliteAcceptance.Stage(session, project, piece));
        return piece with { StagedAs = id, Changes = default, Members = default, Origins = default };
    }

    public Task DiscardAsync(IReadOnlyList<Piece> pieces) => writer.WriteAsync(session =>
    {
        foreach (var piece in pieces.Where(p => p.StagedAs is not null))
        {
            // one that is staged no longer was accepted after all, by a commit that was reported as failed
            if (session.Execute("DELETE FROM staged WHERE id = $1", piece.StagedAs) == 0) continue;
            session.Execute("DELETE FROM bodies WHERE id = $1", piece.StagedAs);
        }
        return pieces.Count;
    });

    public async Task<Acceptance> AcceptAsync(IReadOnlyList<NewBatch> batches, RepeatGuard? guard, MessageGuards? messages = null)
    {
        var changes = AcceptedChanges.Of(batches);
        if (limits.Reserve(changes.Pending) is { } noRoom) return FindRepetition(guard, messages) ?? throw new NoRoomException(limits.Refuse(noRoom));
        var acceptance = await AcceptAsync(batches, guard, messages, changes);
        // also for a repetition: the first time may stand though its commit was reported as failed, and then nobody has heard of it
        foreach (var batch in batches) Accepted?.Invoke(new(batch.ProjectId, batch.ConnectionId, batch.Rule, batch.Received));
        return acceptance;
    }

    public Task SettleAsync(IReadOnlyList<EntrySettlement> settlements) => writer.WriteAsync(
        session => SqliteSettling.Settle(session, settlements, time.GetUtcNow()),
        written => counts.Settle(written.Changes),
        (session, written) => written.StandsIn(session));

    public Task RecordErrorAsync(ProjectId project, ConnectionId connection, string? error) => writer.WriteAsync(session => session.Execute(
        """
        INSERT INTO totals (connection_id, project_id, last_error) VALUES ($1, $2, $3)
        ON CONFLICT (connection_id) DO UPDATE SET last_error = excluded.last_error
        """,
        connection.Value.Blob(),
        project.Value.Blob(),
        error));

    public PendingEntries ReadPending(ConnectionId connection, OwedList list, long after, ReadLimit limit) => database.Read(session =>
    {
        var entries = new List<PendingEntry>();
        using var rows = session.Query(
            $"""
            SELECT {EntryColumns} FROM entries e JOIN bodies b ON b.id = e.body_id
            WHERE e.connection_id = $1 AND e.state = 0 AND e.seq > $4 AND e.rule_id IN ({SqlitePending.RulesOfList}) ORDER BY e.seq
            """,
            connection.Value.Blob(),
            list.ListId,
            list.WithNamed ? 1 : 0,
            after);
        for (var (changes, bytes) = (0L, 0L); changes < limit.Changes && bytes < limit.Bytes;)
        {
            if (!rows.Read()) return new PendingEntries(entries, IsLimited: false);
            entries.Add(ReadEntry(rows));
            changes += entries[^1].Count;
            bytes += entries[^1].Changes.Length;
        }
        return new PendingEntries(entries, IsLimited: true);
    });

    public IReadOnlyList<PendingOfList> ReadPendingLists(ConnectionId connection) => database.Read(session => SqlitePending.ReadLists(session, connection));

    public Task<PendingStep> MovePendingAsync(ConnectionId connection, PendingMove move) => writer.WriteAsync(session => SqlitePending.Move(session, connection, move));

    public async Task<PendingStep> DiscardPendingAsync(ConnectionId connection, PendingDiscard discard)
    {
        var discarded = await writer.WriteAsync(
            session => SqlitePending.Discard(session, connection, discard, time.GetUtcNow()),
            written => counts.Settle(written.Changes),
            (session, written) => written.StandsIn(session));
        return discarded.Step;
    }

    public IReadOnlyList<(ProjectId Project, ConnectionId Connection)> ReadBacklog() => database.Read(session =>
    {
        var backlog = new List<(ProjectId, ConnectionId)>();
        // the totals know it without a walk over all that is pending
        using var rows = session.Query("SELECT project_id, connection_id FROM totals WHERE received > delivered + superseded + dropped + rejected");
        while (rows.Read()) backlog.Add((new(SqliteForms.ToGuid((byte[])rows.GetValue(0))), new(SqliteForms.ToGuid((byte[])rows.GetValue(1)))));
        return backlog;
    });

    public long? ReadLatest(ConnectionId connection, SliceBounds slice, long time) => database.Read(session =>
    {
        using var row = session.Query($"SELECT MAX(e.latest) FROM entries e WHERE {BesideSlice}", connection.Value.Blob(), time, slice.First, slice.Last);
        return row.Read() && !row.IsDBNull(0) ? row.GetInt64(0) : (long?)null;
    });

    public IEnumerable<PendingEntry> ReadLater(ConnectionId connection, SliceBounds slice, long time, IReadOnlySet<ulong> fingerprints) =>
        database.Walk(session => Scan(session, $"{BesideSlice} ORDER BY e.seq", fingerprints, connection.Value.Blob(), time, slice.First, slice.Last));

    public IEnumerable<PendingEntry> ReadNewer(ConnectionId connection, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints) =>
        database.Walk(session => fingerprints.Count <= MostLookedUp
            ? LookUpNewer(session, connection, seq, origin, fingerprints)
            : Scan(session, $"e.connection_id = $1 AND e.seq < $2 AND (e.seq >= $3 OR e.latest > $4) AND {HasWord}", fingerprints, connection.Value.Blob(), seq, origin.Place.Seq, origin.Time));

    private IEnumerable<PendingEntry> LookUpNewer(SqliteSession session, ConnectionId connection, long seq, ChangeOrigin origin, IReadOnlySet<ulong> fingerprints)
    {
        using var snapshot = session.Connection.BeginTransaction(deferred: true);
        foreach (var candidate in index.Find(session, [.. fingerprints], seq - 1))
        {
            using var row = session.Query(
                $"SELECT {EntryColumns} FROM entries e JOIN bodies b ON b.id = e.body_id WHERE e.seq = $1 AND e.connection_id = $2 AND (e.seq >= $3 OR e.latest > $4) AND {HasWord}",
                candidate,
                connection.Value.Blob(),
                origin.Place.Seq,
                origin.Time);
            if (row.Read()) yield return ReadEntry(row);
        }
    }

    /// <summary>Walks over what a connection has, and hands out the entries that hold any of them.</summary>
    private IEnumerable<PendingEntry> Scan(SqliteSession session, string condition, IReadOnlySet<ulong> fingerprints, params object[] arguments)
    {
        using var rows = session.Query($"SELECT {EntryColumns}, b.members FROM entries e JOIN bodies b ON b.id = e.body_id WHERE {condition}", arguments);
        while (rows.Read())
        {
            if (HoldsAny((byte[])rows.GetValue(13), fingerprints)) yield return ReadEntry(rows);
        }
    }

    /// <summary>A repetition brings nothing new: it gets its first answer however full it is.</summary>
    private Acceptance? FindRepetition(RepeatGuard? guard, MessageGuards? messages)
    {
        if (guard is not null && repeats.Find(guard) is { } earlier) return earlier;
        return messages is not null && repeats.Find(messages) is { Count: > 0 } repeated
            ? new(AcceptanceKind.MessagesRepeated, null, 0) { Repeated = repeated }
            : null;
    }

    private async Task<Acceptance> AcceptAsync(
        IReadOnlyList<NewBatch> batches, RepeatGuard? guard, MessageGuards? messages, AcceptedChanges changes)
    {
        using var reservation = new Reservation(counts, changes);
        return await writer.WriteAsync(
            session => SqliteAcceptance.Accept(session, batches, guard, messages, time.GetUtcNow()),
            acceptance =>
            {
                if (acceptance.Kind == AcceptanceKind.Accepted) reservation.Commit();
            },
            (session, acceptance) => acceptance is { Kind: AcceptanceKind.Accepted, BatchId: { } id } && SqliteAcceptance.Stands(session, id));
    }

    private static bool HoldsAny(byte[] members, IReadOnlySet<ulong> fingerprints)
    {
        var block = MemoryMarshal.Cast<byte, ulong>(members);
        // the block is sorted: look up a few in it, but walk it for many
        if (fingerprints.Count * 16 < block.Length)
        {
            foreach (var fingerprint in fingerprints)
            {
                if (block.BinarySearch(fingerprint) >= 0) return true;
            }
            return false;
        }
        foreach (var fingerprint in block)
        {
            if (fingerprints.Contains(fingerprint)) return true;
        }
        return false;
    }

    private PendingEntry ReadEntry(SqliteDataReader row) => new()
    {
        Seq = row.GetInt64(0),
        ProjectId = new(SqliteForms.ToGuid((byte[])row.GetValue(1))),
        ConnectionId = new(SqliteForms.ToGuid((byte[])row.GetValue(2))),
        BatchId = new(SqliteForms.ToGuid((byte[])row.GetValue(11))),
        MovedBefore = row.IsDBNull(12) ? null : row.GetInt64(12),
        Rule = RuleOf(row.GetInt64(3)),
        ReceivedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        Earliest = row.IsDBNull(5) ? null : row.GetInt64(5),
        Latest = row.GetInt64(6),
        Count = row.GetInt32(7),
        Outcomes = row.IsDBNull(8) ? null : (byte[])row.GetValue(8),
        Changes = (byte[])row.GetValue(9),
        Origins = row.IsDBNull(10) ? default(ReadOnlyMemory<byte>) : (byte[])row.GetValue(10),
    };

    private EntryRule RuleOf(long id)
    {
        if (_rules.TryGetValue(id, out var known)) return known;
        var content = database.Read(session => (string)session.Scalar("SELECT content FROM rules WHERE id = $1", id)!);
        return _rules[id] = JsonSerializer.Deserialize(content, RuleJson.Default.EntryRule)!;
    }
}
