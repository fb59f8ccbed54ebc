using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Journal.Retention;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Journal;

/// <summary>Registration of the journal and of the engine that keeps it.</summary>
internal static class JournalComposition
{
    public static void AddJournal(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>()
            .Bind(builder.Configuration.GetSection(StorageOptions.Section))
            .PostConfigure<IWebHostEnvironment>(FillDefaults)
            .Validate(o => o.Engine is "sqlite", "Storage:Engine must be 'sqlite'.")
            .Validate(o => o.Engine is not "sqlite" || FileOf(o) is not null, "Storage:ConnectionString must be one for SQLite, such as 'Data Source=/data/forwarder.db'.")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.AddLimits();
        builder.Services.AddSqliteJournal();
    }

    private static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>()
            .Bind(builder.Configuration.GetSection(LimitOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<LimitMetrics>();
        builder.Services.AddSingleton<PendingCounts>();
        builder.Services.AddSingleton<PendingLimits>();
    }

    private static void AddSqliteJournal(this IServiceCollection services)
    {
        services.AddSingleton(p => new SqliteDatabase(p.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString));
        services.AddSingleton<SqliteReaders>();
        services.AddSingleton<SqliteWriter>();
        services.TryAddSingleton<IDisk>(p => new Disk(Path.GetDirectoryName(Path.GetFullPath(p.GetRequiredService<SqliteDatabase>().Path))!));
        services.AddSingleton<IJournalPart, SqlitePendingCounts>();
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<ProjectSecrets>();
        services.AddSingleton<DirectoryMemory>();
        services.AddSingleton<ISettingsStore, SqliteSettingsStore>();
        services.AddSingleton<ProjectDirectory>();
        services.AddSingleton<IProjectDirectory>(p => p.GetRequiredService<ProjectDirectory>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<ProjectDirectory>());
        services.AddSingleton<StreamDirectory>();
        services.AddSingleton<IStreamDirectory>(p => p.GetRequiredService<StreamDirectory>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<StreamDirectory>());
        services.AddSingleton<AccessKeys>();
        services.AddSingleton<IAccessKeyStore>(p => p.GetRequiredService<AccessKeys>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<AccessKeys>());
        services.AddSingleton<IMadeLists, SqliteMadeLists>();
        services.AddSingleton<IBlockStore, SqliteBlockStore>();
        services.AddSingleton<IndexedMembers>();
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<IndexedMembers>());
        services.AddHostedService<MemberIndexer>();
        services.AddSingleton<IOutcomeStore, SqliteOutcomeStore>();
        services.AddSingleton<Ledger>();
        services.TryAddSingleton<ILedger>(p => p.GetRequiredService<Ledger>());
        services.AddSingleton<IConnectionStatusReader>(p => p.GetRequiredService<Ledger>());
        services.AddSingleton<IEntryStore, SqliteEntryStore>();
        services.AddSingleton<EntryJournal>();
        services.AddSingleton<IEntryJournal>(p => p.GetRequiredService<EntryJournal>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<EntryJournal>());
        services.AddSingleton<CallsUnderWayFile>();
        services.AddSingleton<ICallsUnderWay>(p => p.GetRequiredService<CallsUnderWayFile>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<CallsUnderWayFile>());
        services.AddSingleton<JournalReadiness>();
        services.AddSingleton<IStoreProbe, SqliteStoreProbe>();
        services.AddSingleton<IStoreUpkeep, SqliteUpkeep>();
        services.AddHostedService<JournalStartup>();
        services.AddHostedService<RetentionService>();
    }

    private static void FillDefaults(StorageOptions options, IWebHostEnvironment environment)
    {
        if (options.DataFolder.Length == 0) options.DataFolder = DefaultFolder(options, environment.ContentRootPath);
        if (options.ConnectionString.Length == 0) options.ConnectionString = $"Data Source={Path.Combine(options.DataFolder, "forwarder.db")}";
    }

    private static string DefaultFolder(StorageOptions options, string contentRoot)
    {
        var file = options.Engine == "sqlite" ? FileOf(options) : null;
        return string.IsNullOrEmpty(file) ? Path.Combine(contentRoot, "data") : Path.GetDirectoryName(Path.GetFullPath(file))!;
    }

    /// <summary>Null when the connection string cannot be read.</summary>
    private static string? FileOf(StorageOptions options)
    {
        try
        {
            return new SqliteConnectionStringBuilder(options.ConnectionString).DataSource;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
