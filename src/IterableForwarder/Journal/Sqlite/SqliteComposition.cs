using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Journal.Ownership;
using IterableForwarder.Journal.Retention;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Registration of the stores on SQLite.</summary>
internal static class SqliteComposition
{
    public const string Engine = "sqlite";

    public static void AddSqlite(this IServiceCollection services)
    {
        services.AddSingleton<SqliteLock>();
        services.AddSingleton(p =>
        {
            // what is made first is disposed of last: the lock is released when nothing is written any more
            _ = p.GetRequiredService<SqliteLock>();
            return new SqliteDatabase(p.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString);
        });
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<SqliteCopies>();
        services.AddSingleton<IStore, SqliteStore>();
        services.AddSingleton<SqliteClockSteps>();
        services.AddSingleton<IEntryStore, SqliteEntryStore>();
        services.AddSingleton<ISettingsStore, SqliteSettingsStore>();
        services.AddSingleton<IOutcomeStore, SqliteOutcomeStore>();
        services.AddSingleton<IBlockStore, SqliteBlockStore>();
        services.AddSingleton<ICreatedLists, SqliteCreatedLists>();
        services.AddSingleton<IStoreUpkeep, SqliteUpkeep>();
        services.TryAddSingleton<IDisk>(p => new Disk(Path.GetDirectoryName(Path.GetFullPath(p.GetRequiredService<SqliteDatabase>().Path))!));
        services.AddSingleton<IJournalPart, SqlitePendingCounts>();
        services.AddSingleton<IOwnership, SoleOwner>();
    }

    /// <summary>The database file that a connection string names; null when it cannot be read.</summary>
    public static string? FileOf(string connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder(connectionString).DataSource;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
