using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Journal.Sqlite.MemberIndex;
using Microsoft.Data.Sqlite;
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
            .ValidateOnStart();
        builder.Services.AddSqliteJournal();
    }

    private static void AddSqliteJournal(this IServiceCollection services)
    {
        services.AddSingleton(p => new SqliteDatabase(p.GetRequiredService<IOptions<StorageOptions>>().Value.ConnectionString));
        services.AddSingleton<SqliteWriter>();
        services.AddSingleton<SecretProtector>();
        services.AddSingleton<SqliteDirectorySecrets>();
        services.AddSingleton<SqliteProjectDirectory>();
        services.AddSingleton<IProjectDirectory>(p => p.GetRequiredService<SqliteProjectDirectory>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<SqliteProjectDirectory>());
        services.AddSingleton<SqliteAccessKeyStore>();
        services.AddSingleton<IAccessKeyStore>(p => p.GetRequiredService<SqliteAccessKeyStore>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<SqliteAccessKeyStore>());
        services.AddSingleton<IConnectionStatusReader, SqliteConnectionStatusReader>();
        services.AddSingleton<IOutcomeReader, SqliteOutcomeReader>();
        services.AddMemberIndex();
        services.AddSingleton<IUndeliveredReader, SqliteUndeliveredReader>();
        services.AddSingleton<SqliteEntryJournal>();
        services.AddSingleton<IEntryJournal>(p => p.GetRequiredService<SqliteEntryJournal>());
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<SqliteEntryJournal>());
        services.AddSingleton<JournalReadiness>();
        services.AddSingleton<IStoreProbe, SqliteStoreProbe>();
        services.AddHostedService<JournalStartup>();
    }

    private static void AddMemberIndex(this IServiceCollection services)
    {
        services.AddSingleton<SqliteMemberIndex>();
        services.AddSingleton<IJournalPart>(p => p.GetRequiredService<SqliteMemberIndex>());
        services.AddSingleton<IMemberSearch, SqliteMemberSearch>();
        services.AddHostedService<SqliteMemberIndexer>();
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
