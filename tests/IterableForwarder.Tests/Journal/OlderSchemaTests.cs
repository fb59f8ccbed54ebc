using System.Text.Json.Nodes;
using Dapper;
using DbUp;
using Iterable.Sandbox;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Tests.Journal;

/// <summary>A database as an older version left it: it is brought up to date, what is pending goes out, and the accounts stand.</summary>
public sealed class OlderSchemaTests
{
    private const string SourceId = "message-1";

    private static readonly string[] Scripts =
        [.. typeof(SqliteDatabase).Assembly.GetManifestResourceNames().Where(n => n.Contains(".Sqlite.Migrations.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>What had columns before the settings of a project became a document.</summary>
    private static readonly Dictionary<string, string> ProjectColumns = new()
    {
        ["name"] = "$.name",
        ["data_center"] = "$.dataCenter",
        ["type"] = "$.type",
        ["user_id"] = "$.userId",
        ["budget_lists"] = "$.budgets.lists",
        ["budget_users"] = "$.budgets.users",
        ["budget_events"] = "$.budgets.events",
    };

    /// <summary>The last script with which each dropped change had a row of its own.</summary>
    private const string BeforeDroppedChanges = "0025";

    /// <summary>The last script before an index of members knew of the ids of messages.</summary>
    private const string BeforeSourceIndex = "0011";

    /// <summary>The last script of the first version that had entries, which has the longest way, of one with an index that is built anew, and of the one before this.</summary>
    public static TheoryData<string> Older => [NumberOf(Scripts[1]), BeforeSourceIndex, NumberOf(Scripts[^2])];

    [Fact]
    public async Task A_database_of_a_later_version_is_refused()
    {
        using var folder = new TemporaryFolder();
        await (await TestService.StartAsync(folder.Path)).DisposeAsync();
        using (var connection = TestStore.Open(folder.Path))
        {
            connection.Execute("INSERT INTO SchemaVersions (ScriptName, Applied) VALUES ('IterableForwarder.Journal.Sqlite.Migrations.0999_later.sql', '2027-01-01')");
        }

        await using var service = await TestService.StartAsync(folder.Path);

        var ready = await service.GetAsync("/health/ready");
        Assert.Equal(503, ready.Status);
        Assert.Contains("its script 0999 is not known to this version. Start the later version, or restore the backup from before the upgrade.", ready.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Older))]
    public async Task What_an_older_version_accepted_is_delivered_and_its_accounts_can_still_be_read(string last)
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var list = sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        string connection, settled, pending;
        JsonObject account;
        await using (var service = await ServiceProcess.StartAsync(folder.Path, sandbox))
        {
            var project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey }))["id"]!;
            connection = (string)(await service.PostAsync("/api/v1/connections", new { projectId = project, name = "VIP", listId = list }))["id"]!;
            settled = await PostAsync(service, connection, [new("add", "a@x.com"), new("remove", "b@x.com"), new("add", "b@x.com"), new("add", null), new("add", "no address")]);
            account = await CompletedAsync(service, settled);
            await service.PostAsync($"/api/v1/connections/{connection}/pause", new { });
            pending = await PostAsync(service, connection, [new("remove", "a@x.com"), new("add", "c@x.com"), new("add", null)]);
            await service.StopAsync();
        }
        Downgrade(folder.Path, last);

        await using var upgraded = await ServiceProcess.StartAsync(folder.Path, sandbox);
        Assert.Equal([pending, settled], (await upgraded.GetAsync($"/api/v1/batches?sourceId={SourceId}"))["items"]!.AsArray().Select(b => (string)b!["id"]!));
        account["sourceId"] = SourceId;
        Assert.Equal(account.ToJsonString(), (await upgraded.GetAsync($"/api/v1/batches/{settled}")).ToJsonString());
        Assert.Equal(2, (await upgraded.GetAsync($"/api/v1/batches/{settled}/members"))["items"]!.AsArray().Count);
        await upgraded.PostAsync($"/api/v1/connections/{connection}/resume", new { });
        var delivered = await CompletedAsync(upgraded, pending);

        Assert.Equal("""{"received":3,"delivered":2,"superseded":0,"dropped":1,"rejected":0,"pending":0}""", delivered["counts"]!.ToJsonString());
        Assert.Equal(["b@x.com", "c@x.com"], sandbox.State.Members(list).Select(m => m.Email));
        Assert.Equal(Scripts, AppliedTo(folder.Path));
    }

    /// <summary>Those that had streams.</summary>
    public static TheoryData<string> OlderWithStreams => [BeforeSourceIndex, NumberOf(Scripts[^2])];

    [Theory]
    [MemberData(nameof(OlderWithStreams))]
    public async Task What_an_older_version_accepted_of_a_stream_is_delivered(string last)
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        sandbox.State.AddList(Pipeline.ApiKey, "vip");
        string stream;
        await using (var service = await ServiceProcess.StartAsync(folder.Path, sandbox))
        {
            var project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey }))["id"]!;
            stream = (string)(await service.PostAsync("/api/v1/streams", new
            {
                projectId = project,
                name = "Product",
                identifier = new { property = "user_id", type = "userId" },
                events = new { },
                users = new { properties = new[] { "user_properties.tier" } },
            }))["id"]!;
            await service.PostAsync($"/api/v1/streams/{stream}/pause", new { reason = "look" });
            var message = new { event_type = "Purchase", user_id = "u-1", insert_id = "e-1", time = 1768471330795, user_properties = new { tier = 1 } };
            await service.PostAsync($"/ingest/amplitude/{stream}/events", new { events = new[] { message } });
            await service.StopAsync();
        }
        Downgrade(folder.Path, last);
        DowngradeFeeds(folder.Path);

        await using var upgraded = await ServiceProcess.StartAsync(folder.Path, sandbox);
        var kept = await upgraded.GetAsync($"/api/v1/streams/{stream}");
        Assert.Equal(("Product", "paused", "look", 2L), ((string)kept["name"]!, (string)kept["state"]!, (string)kept["holdDetail"]!, (long)kept["status"]!["pending"]!));
        Assert.Equal("forbidden", (string)Assert.Single(kept["holds"]!.AsArray())!["reason"]!);
        Assert.Empty((await upgraded.GetAsync("/api/v1/connections"))["items"]!.AsArray());
        await upgraded.PostAsync($"/api/v1/streams/{stream}/resume", new { });
        var settled = await Eventually.GetAsync(
            () => upgraded.GetAsync($"/api/v1/streams/{stream}"), s => (long)s["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));

        Assert.Equal((1, 1), ((long)settled["events"]!["status"]!["delivered"]!, (long)settled["users"]!["status"]!["delivered"]!));
        Assert.Equal("e-1", Assert.Single(sandbox.State.Events(Pipeline.ApiKey)).Id);
        Assert.Equal("""{"tier":1}""", Assert.Single(sandbox.State.Users(Pipeline.ApiKey)).DataFields);
    }

    /// <summary>
    /// Gives the feeds of the stream the documents of older versions: with what the stream says as well, with the pause beside it, and with one
    /// hold for all.
    /// </summary>
    private static void DowngradeFeeds(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "forwarder.db")};Pooling=False");
        connection.Open();
        connection.Execute(
            """
            UPDATE connections SET settings = json_set(
                json_remove(settings, '$.flow'), '$.pause', json_extract(settings, '$.flow.pause'), '$.name', 'Product', '$.attributes', json('[]'), '$.warnings', json('[]'))
            WHERE id IN (SELECT id FROM streams UNION ALL SELECT users_id FROM streams);
            UPDATE connections SET settings = json_set(settings, '$.hold', json('{"reason":"forbidden","detail":"Forbidden","by":"service","since":"2026-11-30T14:23:31.217+00:00"}'))
            WHERE id IN (SELECT users_id FROM streams);
            """);
    }

    /// <summary>
    /// Exchanges the database for one of the older schema, with all in it that this schema has a place for. Its batches came with a message
    /// id, and its index of members, where it had one, knows of no such ids.
    /// </summary>
    private static void Downgrade(string folder, string last)
    {
        var (current, older) = (Path.Combine(folder, "forwarder.db"), Path.Combine(folder, "older.db"));
        var upgrade = DeployChanges.To
            .SqliteDatabase($"Data Source={older};Pooling=False")
            .WithScriptsEmbeddedInAssembly(typeof(SqliteDatabase).Assembly, name => Scripts.Contains(name) && string.CompareOrdinal(NumberOf(name), last) <= 0)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        Assert.True(upgrade.Successful, upgrade.Error?.Message);
        using (var connection = new SqliteConnection($"Data Source={older};Pooling=False"))
        {
            connection.Open();
            connection.Execute("ATTACH $current AS current", new { current });
            foreach (var table in connection.Query<string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT GLOB '*_copy_[12]' AND name <> 'SchemaVersions'").ToArray())
            {
                var kept = ColumnsOf(connection, "current", table).ToHashSet();
                var columns = ColumnsOf(connection, "main", table).Where(c => kept.Contains(c) || (table == "projects" && ProjectColumns.ContainsKey(c))).ToArray();
                var values = columns.Select(c => kept.Contains(c) ? c : $"json_extract(settings, '{ProjectColumns[c]}')");
                connection.Execute($"INSERT INTO main.{table} ({string.Join(", ", columns)}) SELECT {string.Join(", ", values)} FROM current.{table}");
            }
            connection.Execute("UPDATE main.entries SET source_id = $SourceId", new { SourceId });
            if (string.CompareOrdinal(last, BeforeDroppedChanges) <= 0) GiveDroppedRows(connection);
            if (string.CompareOrdinal(last, BeforeSourceIndex) > 0)
                connection.Execute("DELETE FROM main.member_pages; DELETE FROM main.member_segments");
            else if (ColumnsOf(connection, "main", "member_segments").Any())
                connection.Execute("INSERT INTO main.member_segments (first_seq, last_seq) SELECT MIN(seq), MAX(seq) FROM main.entries");
        }
        foreach (var file in (string[])[current, $"{current}-wal", $"{current}-shm"]) File.Delete(file);
        File.Move(older, current);
    }

    /// <summary>Each dropped change had a row.</summary>
    private static void GiveDroppedRows(SqliteConnection connection)
    {
        foreach (var (seq, received, block) in connection.Query<(long, long, byte[])>("SELECT seq, received, dropped_as FROM current.entries WHERE dropped_as IS NOT NULL").ToArray())
        {
            foreach (var dropped in DroppedChanges.Read(block, (int)received, checksum: null))
            {
                connection.Execute(
                    """
                    INSERT INTO main.undelivered (seq, position, project_id, outcome, reason, detail)
                    SELECT seq, $Position, project_id, 3, $Reason, $Detail FROM main.entries WHERE seq = $seq
                    """,
                    new { dropped.Position, dropped.Reason, dropped.Detail, seq });
            }
        }
    }

    private static IEnumerable<string> ColumnsOf(SqliteConnection connection, string schema, string table) =>
        connection.Query<string>("SELECT name FROM pragma_table_info($table, $schema)", new { table, schema });

    private static string[] AppliedTo(string folder)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "forwarder.db")};Mode=ReadOnly;Pooling=False");
        return [.. connection.Query<string>("SELECT ScriptName FROM SchemaVersions ORDER BY ScriptName")];
    }

    /// <summary>The four digits that its file is named by.</summary>
    private static string NumberOf(string script) => script.Split('.').Single(p => p.Length > 4 && p[..4].All(char.IsAsciiDigit))[..4];

    private static async Task<string> PostAsync(ServiceProcess service, string connection, Member[] changes) =>
        (string)(await service.PostAsync($"/api/v1/connections/{connection}/members", new { changes }))["batchId"]!;

    private static Task<JsonObject> CompletedAsync(ServiceProcess service, string batch) =>
        Eventually.GetAsync(() => service.GetAsync($"/api/v1/batches/{batch}"), b => (string)b["state"]! == "completed", TimeSpan.FromSeconds(30));

    private sealed record Member(string Action, string? Email);
}
