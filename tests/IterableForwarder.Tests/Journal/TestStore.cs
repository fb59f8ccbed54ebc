using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>
/// What tests above the journal ask of the store behind its back, and do to it. They run on the engine that a service has by default, and
/// this is the one place that knows which one it is.
/// </summary>
internal static class TestStore
{
    /// <summary>The tables of what is stored three times, and of its copies.</summary>
    public static readonly string[] Copied =
        [.. from table in new[] { "projects", "connections", "streams", "access_keys", "totals" } from copy in new[] { "", "_copy_1", "_copy_2" } select table + copy];

    /// <summary>Nothing is written any more, as in a service that stops.</summary>
    public static ValueTask StopAsync(IServiceProvider services) => services.GetRequiredService<SqliteWriter>().DisposeAsync();

    public static Task<long> CountAsync(IServiceProvider services, string table) =>
        services.GetRequiredService<SqliteWriter>().WriteAsync(s => (long)s.Scalar($"SELECT count(*) FROM {table}")!);

    /// <summary>Bytes of the database.</summary>
    public static Task<long> BytesAsync(IServiceProvider services) =>
        services.GetRequiredService<SqliteWriter>().WriteAsync(s => (long)s.Scalar("PRAGMA page_count")! * (long)s.Scalar("PRAGMA page_size")!);

    /// <summary>Damages the changes of a batch, as a broken disk or another version would.</summary>
    /// <param name="services">Of the service.</param>
    /// <param name="batchId">The batch.</param>
    /// <param name="how"><c>gone</c>, <c>garbage</c>, <c>cut</c> or <c>future</c>; with <c> old</c> of one from before there were checksums.</param>
    public static Task DamageAsync(IServiceProvider services, string batchId, string how) => services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
    {
        var damage = how switch
        {
            "gone" => "DELETE FROM bodies",
            "garbage" => "UPDATE bodies SET changes = x'FFFFFF'",
            "garbage old" => "UPDATE bodies SET changes = x'FFFFFF', changes_sum = NULL",
            "cut" => "UPDATE bodies SET changes = substr(changes, 1, length(changes) - 3)",
            "cut old" => "UPDATE bodies SET changes = substr(changes, 1, length(changes) - 3), changes_sum = NULL",
            _ => "UPDATE bodies SET form = 99, changes_sum = NULL",
        };
        return s.Execute($"{damage} WHERE id IN (SELECT body_id FROM entries WHERE batch_id = $1)", Guid.Parse(batchId).Blob());
    });

    /// <summary>Repeats the first entry of a batch, each time with a checksum that does not fit.</summary>
    public static Task RepeatDamagedAsync(IServiceProvider services, string batchId, int times) => services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
    {
        const string Columns = "project_id, connection_id, first_index, body_id, rule_id, source, received_at, latest, received, state";
        for (var i = 0; i < times; i++)
            s.Execute($"INSERT INTO entries ({Columns}, batch_id, head_sum) SELECT {Columns}, $2, 0 FROM entries WHERE batch_id = $1", Guid.Parse(batchId).Blob(), Guid.NewGuid().Blob());
        return times;
    });

    /// <summary>Flips a bit of the stored changes of a batch, of its first body. Returns how to put them back.</summary>
    /// <param name="services">Of the service.</param>
    /// <param name="batchId">The batch.</param>
    /// <param name="bit">Of their bits, counted around.</param>
    public static async Task<Func<Task>> FlipAsync(IServiceProvider services, string batchId, int bit)
    {
        var writer = services.GetRequiredService<SqliteWriter>();
        var (body, changes) = await writer.WriteAsync(s =>
        {
            using var row = s.Query("SELECT b.id, b.changes FROM entries e JOIN bodies b ON b.id = e.body_id WHERE e.batch_id = $1 ORDER BY e.seq LIMIT 1", Guid.Parse(batchId).Blob());
            Assert.True(row.Read());
            return (row.GetInt64(0), row.GetBytes(1));
        });
        await SetAsync(Flipped(changes, bit));
        return () => SetAsync(changes);

        Task<int> SetAsync(byte[] content) => writer.WriteAsync(s => s.Execute("UPDATE bodies SET changes = $2 WHERE id = $1", body, content));
    }

    /// <summary>Cuts the document of a connection's settings.</summary>
    public static Task SpoilSettingsAsync(IServiceProvider services, string connection) => services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
        s.Execute("UPDATE connections SET settings = substr(settings, 1, 20) WHERE id = $1", Guid.Parse(connection).Blob()));

    /// <summary>Copies the data folder of a stopped service into another.</summary>
    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public static byte[] Flipped(byte[] content, int bit)
    {
        var flipped = content.ToArray();
        flipped[bit / 8 % content.Length] ^= (byte)(1 << (bit % 8));
        return flipped;
    }

    /// <summary>Looks into the store as another program does, until it is disposed of.</summary>
    public static IDisposable Watch(string folder)
    {
        var connection = Open(folder);
        connection.ExecuteScalar<long>("SELECT count(*) FROM projects");
        return connection;
    }

    /// <summary>The size of the store of a stopped or running service, in the unit of the crash host's quota.</summary>
    public static long SizeIn(string folder)
    {
        using var connection = Open(folder, "Mode=ReadOnly");
        return connection.ExecuteScalar<long>("PRAGMA page_count");
    }

    /// <summary>Makes the store of a stopped service one whose pauses are those of a version before script 0013.</summary>
    public static void TurnPausesBack(string folder)
    {
        using var connection = Open(folder);
        // the copies of settings came later, and have the columns that are dropped here
        var copies = connection.Query<string>("SELECT 'DROP ' || type || ' ' || name FROM sqlite_schema WHERE type = 'trigger' OR (type = 'table' AND name GLOB '*_copy_[12]') ORDER BY type DESC");
        foreach (var drop in copies.ToList()) connection.Execute(drop);
        connection.Execute(
            """
            DELETE FROM SchemaVersions WHERE ScriptName LIKE '%0013%' OR ScriptName LIKE '%0031%';
            ALTER TABLE stops DROP COLUMN end_reason;
            ALTER TABLE projects DROP COLUMN key_unverified;
            ALTER TABLE projects DROP COLUMN events_ignored;
            UPDATE stops SET reason = 'operator';
            UPDATE connections SET settings = json_set(settings, '$.pause.reason', 'operator');
            """);
    }

    /// <summary>A history of a connection: entries of one change, of which none can be read, and the totals 20, 4, 3, 2 and 1.</summary>
    public static Task SeedAsync(IServiceProvider services, ProjectId projectId, FeedId connectionId, bool pending, int entries = 1)
    {
        var (project, connection) = (projectId.Value.Blob(), connectionId.Value.Blob());
        var received = DateTimeOffset.FromUnixTimeMilliseconds(0).AddYears(55).Millis();
        return services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
        {
            for (var i = 0; i < entries; i++)
            {
                var body = s.Insert("INSERT INTO bodies (project_id, changes, members) VALUES ($1, $1, $1)", project);
                s.Execute(
                    """
                    INSERT INTO entries (project_id, connection_id, batch_id, first_index, body_id, rule_id, source, received_at, latest, received, state)
                    VALUES ($1, $2, $2, 0, $3, 1, 'members', $4, $4, 20, $5)
                    """, project, connection, body, received, pending ? 0 : 1);
                s.Execute("INSERT INTO undelivered (seq, position, project_id, outcome, reason) SELECT last_insert_rowid(), 0, $1, 4, 'invalid'", project);
            }
            s.Execute("INSERT INTO rules (project_id, connection_id, content) VALUES ($1, $2, '{}')", project, connection);
            s.Execute("INSERT INTO answers (scope, key, project_id, received, created_at) VALUES ($1, $1, $2, 1, 0)", connection, project);
            return s.Execute(
                """
                INSERT INTO totals (connection_id, project_id, received, delivered, superseded, dropped, rejected, last_delivered_at, last_error)
                VALUES ($1, $2, 20, 4, 3, 2, 1, $3, 'Timeout')
                """, connection, project, new DateTimeOffset(2026, 1, 15, 10, 2, 11, 120, TimeSpan.Zero).Millis());
        });
    }

    public static string FileIn(string folder) => Path.Combine(folder, "forwarder.db");

    /// <summary>A connection to the store of a stopped or running service, as another program has it.</summary>
    public static SqliteConnection Open(string folder, string mode = "Mode=ReadWrite")
    {
        var connection = new SqliteConnection($"Data Source={FileIn(folder)};{mode};Pooling=False");
        connection.Open();
        return connection;
    }
}
