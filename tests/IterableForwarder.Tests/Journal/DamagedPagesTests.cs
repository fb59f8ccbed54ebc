using Dapper;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Journal;

/// <summary>Bits flip in the pages of the tables that are stored three times, and of their indexes, wherever in the page it is.</summary>
public sealed class DamagedPagesTests(ITestOutputHelper output)
{
    /// <summary>Some of the bits, by number: a prime, so that all bits of a byte come by.</summary>
    [Fact]
    public Task Of_some_bits_wherever_it_is_all_of_it_is_what_it_was() => FlipAsync(4999);

    /// <summary>EVERY_BIT says how many bits apart.</summary>
    [Fact]
    [Trait("Category", "Nightly")]
    public Task Of_many_bits_wherever_it_is_all_of_it_is_what_it_was() => FlipAsync(Given.Number("EVERY_BIT") ?? 37);

    private async Task FlipAsync(int every)
    {
        using var original = new TemporaryFolder();
        await SettleAsync(original.Path);
        var file = await File.ReadAllBytesAsync(TestStore.FileIn(original.Path));
        var right = Rows(original.Path);
        var (pageSize, pages) = PagesOf(original.Path);
        using var data = new TemporaryFolder();
        var starts = 0;
        foreach (var (table, page) in pages)
        {
            for (var bit = 0; bit < pageSize * 8; bit += every)
            {
                var damaged = file.ToArray();
                damaged[((page - 1) * pageSize) + (bit / 8)] ^= (byte)(1 << (bit % 8));
                await File.WriteAllBytesAsync(TestStore.FileIn(data.Path), damaged);
                Restore(data.Path);
                Assert.True(right.SequenceEqual(Rows(data.Path)), $"bit {bit} of page {page}, of {table}");
                starts++;
            }
        }
        output.WriteLine($"{starts} bits of {pages.Count} pages");
        Assert.InRange(starts, 100, int.MaxValue);
    }

    private static async Task SettleAsync(string folder)
    {
        await using var service = await TestService.StartAsync(folder);
        for (var i = 0; i < 3; i++)
        {
            var project = await service.AddProjectAsync($"key-{i}");
            (await service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Events","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true} }""")).Expect(201);
            (await service.PostAsync("/api/v1/keys", $$"""{"name":"Marketing","kind":"ingest","projectIds":["{{project}}"]}""")).Expect(201);
            var connection = await service.AddConnectionAsync(project, $$""","source":"segment","audienceId":"audience-{{i}}","listId":{{i + 40}}""");
            (await service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
            (await service.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Wire.Add("a@x.com")}}]}""")).Expect(202);
        }
    }

    private static void Restore(string folder)
    {
        using var database = new SqliteDatabase($"Data Source={TestStore.FileIn(folder)}");
        new SqliteCopies(database, NullLogger<SqliteCopies>.Instance).Restore();
    }

    /// <summary>The rows of all places, as an index finds them and as the table has them.</summary>
    private static List<string> Rows(string folder)
    {
        using var connection = TestStore.Open(folder);
        foreach (var place in TestStore.Copied) Assert.Equal("ok", connection.ExecuteScalar<string>($"PRAGMA integrity_check({place})"));
        return
        [
            .. from place in TestStore.Copied
               from row in connection.Query($"SELECT * FROM {place} ORDER BY 1").Concat(connection.Query($"SELECT * FROM {place} NOT INDEXED ORDER BY +{(place.StartsWith("totals", StringComparison.Ordinal) ? "connection_id" : "id")}"))
               select $"{place}: {string.Join(", ", ((IDictionary<string, object?>)row).Values.Select(v => v is byte[] bytes ? Convert.ToHexString(bytes) : v))}",
        ];
    }

    /// <summary>The one page of each table and index. The tables are short.</summary>
    private static (int Size, IReadOnlyList<(string Table, int Page)> Pages) PagesOf(string folder)
    {
        using var connection = TestStore.Open(folder);
        var roots = connection.Query<(string Table, long Page)>("SELECT tbl_name, rootpage FROM sqlite_schema WHERE rootpage > 0 AND tbl_name IN @Copied", new { TestStore.Copied });
        return (connection.ExecuteScalar<int>("PRAGMA page_size"), [.. roots.Select(r => (r.Table.Split("_copy_")[0], (int)r.Page))]);
    }
}
