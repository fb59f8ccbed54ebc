namespace IterableForwarder.Journal;

/// <summary>What the journal says in the log. Event ids 1000 to 1099.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(1000, LogLevel.Error, "The database cannot be written (SQLite error {Code}): {Reason}. Requests get 503 until it is writable.")]
    public static partial void WriteFailed(ILogger logger, int code, string reason);

    [LoggerMessage(1001, LogLevel.Information, "Schema is up to date in {Database}")]
    public static partial void Migrated(ILogger logger, string database);

    [LoggerMessage(1002, LogLevel.Information, "Removed {Count} chunks of requests that were never accepted")]
    public static partial void ClearedLeftOvers(ILogger logger, int count);

    [LoggerMessage(1003, LogLevel.Error, "The stored Iterable key of project {ProjectId} cannot be decrypted: the key ring it was encrypted with is gone. The project is held (keyUnreadable) until its key is set again; its changes wait.")]
    public static partial void KeyUnreadable(ILogger logger, string projectId);

    [LoggerMessage(1014, LogLevel.Warning, "The machine's clock was ahead and has been set back. What was accepted before counts as received now at the latest, so that it does not win against later changes")]
    public static partial void ClockSetBack(ILogger logger);

    [LoggerMessage(1015, LogLevel.Warning, "The stored {What} {Id} differed from their copies. The service has restored what two of the three say. Check the disk: it may be failing")]
    public static partial void Restored(ILogger logger, string what, string id);

    [LoggerMessage(1016, LogLevel.Warning, "The table {Table}, a copy or an index of it was damaged. The service has written all of it anew from what two of the three say. Check the disk: it may be failing")]
    public static partial void Rewritten(ILogger logger, string table);

    [LoggerMessage(1020, LogLevel.Information, "Purged {Batches} batches, {Bodies} bodies, {Keys} idempotency keys, {Holds} ended pauses and holds and {Messages} deduplication keys after their retention")]
    public static partial void Purged(ILogger logger, long batches, long bodies, long keys, long holds, long messages);

    [LoggerMessage(1021, LogLevel.Warning, "The store cannot purge old batches now: {Reason}. The service tries again")]
    public static partial void PurgeWaits(ILogger logger, string reason);

    [LoggerMessage(1022, LogLevel.Error, "Purging failed; the service tries again")]
    public static partial void PurgeFailed(ILogger logger, Exception exception);

    [LoggerMessage(1004, LogLevel.Error, "The database {Database} cannot be opened: {Reason}. Requests get 503; the service tries again every two seconds")]
    public static partial void CannotOpen(ILogger logger, string database, string reason);

    [LoggerMessage(1009, LogLevel.Information, "The database can be written again")]
    public static partial void WritesAgain(ILogger logger);

    [LoggerMessage(1007, LogLevel.Information, "Another process uses the data folder {Folder}. The service waits for it to end")]
    public static partial void WaitsForLock(ILogger logger, string folder);

    [LoggerMessage(1008, LogLevel.Error, "A search could not read all changes of batch {BatchId}: {Reason} Persons in it may be missing from the result")]
    public static partial void NotSearched(ILogger logger, string batchId, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "An in-flight call could not be recorded: {Reason}. If the service is killed now, the next process may send before that call is applied")]
    public static partial void CallNotMarked(ILogger logger, string reason);
}
