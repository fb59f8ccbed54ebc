using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>Purging of old records is not built yet.</summary>
public sealed class G9_Bounded
{
    private const int Lines = 45_000;

    [Fact]
    public async Task A_body_of_any_length_is_stored_in_pieces_of_bounded_size_and_is_one_batch()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var lines = string.Join('\n', Enumerable.Range(0, Lines).Select(i => Wire.Add($"m{i}@x.com")));

        var answer = await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson");

        var batch = (string)answer.Expect(202)["batchId"]!;
        Assert.Equal(Lines, (long)answer.Json["received"]!);
        Assert.True(ConnectionId.TryParse(connection, out var id));
        var entries = pipeline.Service.Services.GetRequiredService<IEntryJournal>().ReadPending(id, 0, new(int.MaxValue, long.MaxValue)).Entries;
        Assert.InRange(entries.Count, Lines / Piece.MostChanges, 2 * Lines / Piece.MostChanges);
        Assert.All(entries, entry => Assert.InRange(entry.Count, 1, Piece.MostChanges));
        Assert.Equal(Lines, entries.Sum(e => e.Count));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(Lines, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task A_body_refused_at_its_last_line_leaves_nothing_behind()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var lines = string.Join('\n', [.. Enumerable.Range(0, Lines).Select(i => Wire.Add($"m{i}@x.com")), "{"]);

        var answer = await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson");

        Assert.Equal([$"changes[{Lines}]"], answer.ExpectFaults());
        Assert.Empty((await pipeline.Service.GetAsync("/api/v1/batches")).Expect(200)["items"]!.AsArray());
        Assert.Equal(0, (long)(await pipeline.ConnectionAsync(connection, _ => true))["status"]!["pending"]!);
    }
}
