using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Translates the errors of SQLite, which nobody outside of the engine knows.</summary>
internal static class SqliteErrors
{
    /// <summary>The database cannot be opened or read.</summary>
    public static StorageUnavailableException Unreadable(SqliteException error) => new($"The database cannot be read: {error.Message}", error);

    /// <summary>A commit failed. Nobody knows whether it took effect.</summary>
    public static StorageUnavailableException NotWritten(Exception error) => new($"The database cannot be written: {error.Message}", error);

    /// <summary>What one write did wrong by itself: a constraint that it breaks is an error of ours, not a store that is out of order.</summary>
    public static Exception OfOneWrite(Exception error) =>
        error is SqliteException ? new InvalidOperationException($"A write breaks a constraint of the database: {error.Message}", error) : error;

    /// <summary>True where the error says nothing about the store, only about one write.</summary>
    public static bool IsOfOneWrite(Exception error) => error is not SqliteException || error is SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT };

    /// <summary>SQLite's code; 0 for what is not an error of SQLite.</summary>
    public static int CodeOf(Exception error) => error is SqliteException sqlite ? sqlite.SqliteErrorCode : 0;
}
