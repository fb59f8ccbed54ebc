using IterableForwarder.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IterableForwarder.Tests.Journal;

/// <summary>SQLite in a folder of its own, put together as the service does it.</summary>
internal sealed class SqliteEngine(TimeProvider time, IDataProtectionProvider? keys = null) : IJournalEngine
{
    private readonly IDataProtectionProvider _keys = keys ?? new EphemeralDataProtectionProvider();
    private readonly string _folder = Directory.CreateTempSubdirectory("forwarder-journal-").FullName;

    public string File => Path.Combine(_folder, "forwarder.db");

    /// <summary>Added to the connection string.</summary>
    public string Options { get; init; } = "";

    public async Task<OpenJournal> OpenAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration["Storage:ConnectionString"] = $"Data Source={File};{Options}";
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(_keys);
        builder.Services.AddLogging();
        builder.AddJournal();
        var services = builder.Services.BuildServiceProvider();
        var startup = services.GetServices<IHostedService>().OfType<JournalStartup>().Single();
        await startup.StartAsync(CancellationToken.None);
        return new OpenJournal(services, async () =>
        {
            await startup.StopAsync(CancellationToken.None);
            await services.DisposeAsync();
        });
    }

    /// <summary>A copy of the files as they stand on disk now, log and all.</summary>
    public Task<IJournalEngine> CrashAsync()
    {
        var next = new SqliteEngine(time, _keys);
        foreach (var suffix in new[] { "", "-wal" })
        {
            if (System.IO.File.Exists(File + suffix)) System.IO.File.Copy(File + suffix, next.File + suffix);
        }
        return Task.FromResult<IJournalEngine>(next);
    }

    public ValueTask DisposeAsync()
    {
        using (var pooled = new SqliteConnection($"Data Source={File};{Options}")) SqliteConnection.ClearPool(pooled);
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
