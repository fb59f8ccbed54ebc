using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Journal;

/// <summary>Brings the journal up before anything is served: schema, writer, then every part that has something to read in.</summary>
internal sealed class JournalStartup(
    SqliteDatabase database, SqliteWriter writer, IEnumerable<IJournalPart> parts, ILogger<JournalStartup> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        database.Migrate();
        JournalLog.Migrated(log, database.Path);
        writer.Start();
        foreach (var part in parts) await part.LoadAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
