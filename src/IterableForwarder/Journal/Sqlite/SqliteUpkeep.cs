using System.Runtime.CompilerServices;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Retention;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Purges step by step, each in a commit of its own, and keeps the log beside the database from growing.</summary>
internal sealed class SqliteUpkeep(SqliteDatabase database, SqliteWriter writer, PendingCounts counts) : IStoreUpkeep
{
    public async IAsyncEnumerable<PurgeStep> PurgeAsync(PurgeBounds bounds, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PurgeCursor? cursor = new(long.MinValue, 0);
        while (true)
        {
            // first what earlier steps left behind: also those of a process that was killed
            while (await writer.WriteAsync(SqlitePurging.Erase) is > 0 and var bodies) yield return new(0, bodies, 0, 0);
            cancellationToken.ThrowIfCancellationRequested();
            if (cursor is not { } from) break;
            var withdrawn = await writer.WriteAsync(session => SqlitePurging.Withdraw(session, bounds.Batches.Millis(), from), step => counts.Free(step.Freed));
            cursor = withdrawn.Next;
            yield return new(withdrawn.Batches, 0, 0, 0);
        }
        for (long? rule = 0; rule is { } after;)
        {
            rule = await writer.WriteAsync(session => SqlitePurging.RemoveRules(session, after));
            if (rule is not null) yield return default;
        }
        while (await writer.WriteAsync(session => SqlitePurging.Forget(session, bounds.Keys.Millis())) is > 0 and var keys) yield return new(0, 0, keys, 0);
        while (await writer.WriteAsync(session => SqliteMessages.Forget(session, bounds.Messages.Millis())) is > 0 and var messages) yield return new PurgeStep { Messages = messages };
        while (await writer.WriteAsync(session => SqliteHolds.Forget(session, bounds.Holds.Millis())) is > 0 and var holds) yield return new(0, 0, 0, holds);
    }

    /// <summary>
    /// A reader that stays for long keeps the log from being begun anew, and it grows meanwhile; once nobody is in the way it is cut.
    /// Left alone below the size that it may keep: a file that is long already syncs faster than one that grows.
    /// </summary>
    public async Task TidyAsync()
    {
        var log = new FileInfo(database.Path + "-wal");
        if (log.Exists && log.Length > SqliteDatabase.MaxLogBytes) await writer.RunAloneAsync(SqliteDatabase.CutLog);
    }
}
