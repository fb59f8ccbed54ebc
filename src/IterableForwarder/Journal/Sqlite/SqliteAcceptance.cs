using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements that accept batches. They run inside the writer's transaction.</summary>
internal static class SqliteAcceptance
{
    private const string ChunkGone = "A part of the request was removed from the database before the request was complete. Nothing of it was accepted.";

    public static long Stage(SqliteSession session, ProjectId project, Chunk chunk)
    {
        var id = InsertBody(session, project, chunk);
        session.Execute("INSERT INTO staged (id) VALUES ($1)", id);
        return id;
    }

    /// <summary>Returns how many were removed. One that is staged no longer was accepted after all, by a commit that was reported as failed.</summary>
    public static int Discard(SqliteSession session, IReadOnlyList<long> staged)
    {
        var removed = 0;
        foreach (var id in staged)
        {
            if (session.Execute("DELETE FROM staged WHERE id = $1", id) == 1) removed += session.Execute("DELETE FROM bodies WHERE id = $1", id);
        }
        return removed;
    }

    public static int ClearStaged(SqliteSession session)
    {
        var bodies = session.Execute("DELETE FROM bodies WHERE id IN (SELECT id FROM staged)");
        session.Execute("DELETE FROM staged");
        return bodies;
    }

    public static Acceptance Accept(SqliteSession session, IReadOnlyList<NewBatch> batches, IdempotencyKey? idempotencyKey, MessageDeduplication? messages, DateTimeOffset now)
    {
        // 1. Messages that were accepted before are returned, and nothing is stored: the source offers the rest again.
        // 2. The idempotency key is inserted. If it exists, the first acceptance is the result.
        // 3. Batches and message keys are inserted with it: all of this is one transaction of the only writer, so that nothing
        //    changes between the checks and the inserts.
        if (messages is not null && SqliteMessages.FindRepeated(session, messages, now) is { Count: > 0 } repeated)
            return new(AcceptanceKind.MessagesRepeated, null, 0) { Repeated = repeated };
        var acceptance = new Acceptance(AcceptanceKind.Accepted, batches.Count > 0 ? batches[0].Id : null, batches.Sum(b => b.Received));
        if (idempotencyKey is not null && !TryInsertAnswer(session, idempotencyKey, batches, acceptance, now)) return FindAnswer(session, idempotencyKey)!;
        foreach (var batch in batches) Insert(session, batch, now);
        if (messages is not null) SqliteMessages.Insert(session, messages, now);
        return acceptance;
    }

    /// <summary>Whether a batch is there.</summary>
    public static bool IsStored(SqliteSession session, BatchId id) => session.Scalar("SELECT 1 FROM entries WHERE batch_id = $1 LIMIT 1", id.Value) is not null;

    public static Acceptance? FindAnswer(SqliteSession session, IdempotencyKey idempotencyKey)
    {
        using var row = session.Query("SELECT body_hash, batch_id, received FROM answers WHERE scope = $1 AND key = $2", idempotencyKey.Scope, idempotencyKey.Key);
        if (!row.Read()) return null;
        var sameBody = idempotencyKey.BodyHash is null || row.IsNull(0) || idempotencyKey.BodyHash.AsSpan().SequenceEqual(row.GetBytes(0));
        return new(sameBody ? AcceptanceKind.Repeated : AcceptanceKind.KeyReused, row.IsNull(1) ? null : new(row.GetGuid(1)), row.GetInt64(2));
    }

    /// <summary>False, with nothing written, where there is one already. Most requests are new: to look first would be a second walk to the same place.</summary>
    private static bool TryInsertAnswer(SqliteSession session, IdempotencyKey idempotencyKey, IReadOnlyList<NewBatch> batches, Acceptance acceptance, DateTimeOffset now) =>
        session.Execute(
            """
            INSERT INTO answers (scope, key, project_id, body_hash, batch_id, received, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (scope, key) DO NOTHING
            """,
            idempotencyKey.Scope,
            idempotencyKey.Key,
            batches.Count > 0 ? batches[0].ProjectId.Value : idempotencyKey.Scope,
            idempotencyKey.BodyHash,
            acceptance.BatchId?.Value,
            acceptance.Received,
            now.ToUnixTimeMilliseconds()) == 1;

    /// <exception cref="FeedGoneException">The connection was deleted while the request was being read.</exception>
    /// <exception cref="StorageUnavailableException">A staged chunk is not there any more, as after a restore of the database under a running request.</exception>
    private static void Insert(SqliteSession session, NewBatch batch, DateTimeOffset now)
    {
        var shared = session.Accepted;
        var rule = shared.RuleId(session, batch);
        var firstIndex = 0L;
        foreach (var chunk in batch.Chunks)
        {
            var body = chunk.StagedAs ?? InsertBody(session, batch.ProjectId, chunk);
            if (chunk.StagedAs is not null && session.Execute("DELETE FROM staged WHERE id = $1", body) == 0) throw new StorageUnavailableException(ChunkGone);
            InsertEntry(session, batch, chunk, (firstIndex, body, rule), now);
            firstIndex += chunk.Count;
        }
        // an empty batch has an account too
        if (batch.Chunks.Count == 0) InsertEntry(session, batch, new ChunkBuilder(batch.ReceivedAt).Seal(batch.Rule), (0, 0, rule), now);
        shared.Count(batch);
    }

    private static long InsertBody(SqliteSession session, ProjectId project, Chunk chunk) => session.Insert(
        """
        INSERT INTO bodies (project_id, members, changes, origins, form, members_sum, changes_sum, origins_sum)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """,
        project.Value,
        ArrayOf(chunk.Members),
        ArrayOf(chunk.Changes),
        chunk.Origins.IsEmpty ? null : ArrayOf(chunk.Origins),
        ChangeCodec.Form,
        Checksum.Of(chunk.Members.Span),
        Checksum.Of(chunk.Changes.Span, ChangeCodec.Form),
        chunk.Origins.IsEmpty ? SqliteValue.Null : Checksum.Of(chunk.Origins.Span));

    /// <summary>A copy only where it has to be one.</summary>
    private static byte[] ArrayOf(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var whole) && whole.Offset == 0 && whole.Count == whole.Array!.Length ? whole.Array : bytes.ToArray();

    private static void InsertEntry(SqliteSession session, NewBatch batch, Chunk chunk, (long FirstIndex, long Body, long Rule) place, DateTimeOffset now)
    {
        var completed = chunk.Dropped.Count == chunk.Count;
        var outcomes = completed || chunk.Dropped.Count == 0 ? null : chunk.InitialOutcomes();
        var droppedAs = chunk.Dropped.ToBlock();
        var receivedAt = batch.ReceivedAt.ToUnixTimeMilliseconds();
        var seq = session.Insert(
            """
            INSERT INTO entries (project_id, connection_id, batch_id, first_index, body_id, rule_id, source, source_id, replay_of,
                                 received_at, earliest, latest, received, dropped, outcomes, state, completed_at, dropped_as, dropped_bytes,
                                 outcomes_sum, dropped_as_sum, head_sum)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
            """,
            batch.ProjectId.Value,
            batch.FeedId.Value,
            batch.Id.Value,
            place.FirstIndex,
            place.Body,
            place.Rule,
            SettingsWords.Sources[batch.Source],
            batch.SourceId,
            batch.ReplayOf?.Value,
            receivedAt,
            chunk.Earliest,
            chunk.Latest,
            chunk.Count,
            chunk.Dropped.Count,
            outcomes,
            completed ? 1 : 0,
            completed ? now.ToUnixTimeMilliseconds() : SqliteValue.Null,
            droppedAs,
            chunk.DroppedBytes,
            Checksum.Of(outcomes),
            Checksum.Of(droppedAs),
            new EntryHead(
                batch.ProjectId.Value, batch.FeedId.Value, batch.Id.Value, place.Body, place.Rule, receivedAt, chunk.Earliest ?? EntryHead.None, chunk.Latest,
                EntryHead.None, chunk.Count).Checksum);
        foreach (var change in chunk.Dropped.Rows) SqliteSettling.TryInsertUndelivered(session, seq, batch.ProjectId, change);
    }
}
