using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Journal.Retention;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Journal.Writing;

namespace IterableForwarder.Journal;

/// <summary>Registration of the journal and of the engine that keeps it.</summary>
internal static class JournalComposition
{
    private static readonly string[] AlwaysOpen = ["/health", "/swagger", "/metrics"];

    public static void AddJournal(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<StorageOptions>()
            .Bind(builder.Configuration.GetSection(StorageOptions.Section))
            .PostConfigure<IWebHostEnvironment>(FillDefaults)
            .Validate(o => o.Engine is SqliteComposition.Engine, "Storage:Engine must be 'sqlite'.")
            .Validate(
                o => o.Engine is not SqliteComposition.Engine || SqliteComposition.FileOf(o.ConnectionString) is not null,
                "Storage:ConnectionString must be one for SQLite, such as 'Data Source=/data/forwarder.db'.")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.AddLimits();
        builder.Services.AddSqlite();
        builder.Services.AddSettings();
        builder.Services.AddEntries();
        builder.Services.AddSingleton<JournalReadiness>();
        builder.Services.AddSingleton<StoreProbe>();
        builder.Services.AddHostedService<JournalStartup>();
        builder.Services.AddHostedService<RetentionService>();
        builder.Services.AddHostedService<MemberIndexer>();
    }

    /// <summary>Keeps the store for this process before the service starts.</summary>
    /// <exception cref="StoreInUseException">Another process uses it.</exception>
    public static async Task LockStoreAsync(this WebApplication app)
    {
        try
        {
            await app.Services.GetRequiredService<IStore>().LockAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException)
        {
            // the start reports it, and tries again until an operator has repaired the store
        }
    }

    /// <summary>Lets only the health, Swagger and metrics pages through until the journal is ready.</summary>
    public static void UseJournalGate(this WebApplication app)
    {
        var readiness = app.Services.GetRequiredService<JournalReadiness>();
        app.Use((context, next) => readiness.IsReady || AlwaysOpen.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
            ? next(context)
            : throw new StorageUnavailableException(readiness.Reason));
    }

    private static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LimitOptions>()
            .Bind(builder.Configuration.GetSection(LimitOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<LimitMetrics>();
        builder.Services.AddSingleton<WriteMetrics>();
        builder.Services.AddSingleton<PendingCounts>();
        builder.Services.AddSingleton<PendingLimits>();
    }

    private static void AddSettings(this IServiceCollection services)
    {
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<ProjectSecrets>();
        services.AddSingleton<DirectoryMemory>();
        services.AddPart<ProjectDirectory>();
        services.AddSingleton<IProjectDirectory>(p => p.GetRequiredService<ProjectDirectory>());
        services.AddSingleton<IStreamDirectory, StreamDirectory>();
        services.AddPart<AccessKeys>();
        services.AddSingleton<IAccessKeyStore>(p => p.GetRequiredService<AccessKeys>());
    }

    private static void AddEntries(this IServiceCollection services)
    {
        services.AddPart<IndexedMembers>();
        services.AddSingleton<OutcomeReader>();
        services.AddSingleton<IOutcomeReader>(p => p.GetRequiredService<OutcomeReader>());
        services.AddSingleton<IFeedStatusReader>(p => p.GetRequiredService<OutcomeReader>());
        services.AddSingleton<ClockGuard>();
        services.AddPart<EntryJournal>();
        services.AddSingleton<IEntryJournal>(p => p.GetRequiredService<EntryJournal>());
        services.AddPart<InFlightCallsFile>();
        services.AddSingleton<IInFlightCalls>(p => p.GetRequiredService<InFlightCallsFile>());
    }

    /// <summary>What is read in at the start, in the order of registration.</summary>
    private static void AddPart<T>(this IServiceCollection services)
        where T : class, IJournalPart
    {
        services.AddSingleton<T>();
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<T>());
    }

    private static void FillDefaults(StorageOptions options, IWebHostEnvironment environment)
    {
        if (options.DataFolder.Length == 0) options.DataFolder = DefaultFolder(options, environment.ContentRootPath);
        if (options.ConnectionString.Length == 0) options.ConnectionString = $"Data Source={Path.Combine(options.DataFolder, "forwarder.db")}";
    }

    private static string DefaultFolder(StorageOptions options, string contentRoot)
    {
        var file = options.Engine == SqliteComposition.Engine ? SqliteComposition.FileOf(options.ConnectionString) : null;
        return string.IsNullOrEmpty(file) ? Path.Combine(contentRoot, "data") : Path.GetDirectoryName(Path.GetFullPath(file))!;
    }
}
