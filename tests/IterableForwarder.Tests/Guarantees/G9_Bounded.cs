using Iterable.Sandbox.Faults;
using IterableForwarder.Changes;
using IterableForwarder.Delivery;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>For bodies. What may be pending is bounded in BackPressureTests, what is kept in RetentionTests and SqliteUpkeepTests.</summary>
public sealed class G9_Bounded
{
    private const int Lines = 45_000;

    [Fact]
    public async Task A_body_of_any_length_is_stored_in_chunks_of_bounded_size_and_is_one_batch()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var lines = string.Join('\n', Enumerable.Range(0, Lines).Select(i => Wire.Add($"m{i}@x.com")));

        var response = await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson");

        var batch = (string)response.Expect(202)["batchId"]!;
        Assert.Equal(Lines, (long)response.Json["received"]!);
        Assert.True(FeedId.TryParse(connection, out var id));
        var journal = pipeline.Service.Services.GetRequiredService<IEntryJournal>();
        var entries = (await journal.ReadPendingAsync(id, 0, new(int.MaxValue, long.MaxValue), CancellationToken.None)).Entries;
        Assert.InRange(entries.Count, Lines / Chunk.MaxChanges, 2 * Lines / Chunk.MaxChanges);
        Assert.All(entries, entry => Assert.InRange(entry.Count, 1, Chunk.MaxChanges));
        Assert.Equal(Lines, entries.Sum(e => e.Count));

        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(Lines, pipeline.EmailsOn(list).Length);
    }

    [Fact]
    public async Task A_body_refused_at_its_last_line_stores_nothing()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        var lines = string.Join('\n', [.. Enumerable.Range(0, Lines).Select(i => Wire.Add($"m{i}@x.com")), "{"]);

        var response = await pipeline.Service.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", lines, mediaType: "application/x-ndjson");

        Assert.Equal([$"changes[{Lines}]"], response.ExpectErrors());
        Assert.Empty((await pipeline.Service.GetAsync("/api/v1/batches")).Expect(200)["items"]!.AsArray());
        Assert.Equal(0, (long)(await pipeline.ConnectionAsync(connection, _ => true))["status"]!["pending"]!);
    }

    [Fact]
    public async Task Many_backlogs_at_once_use_no_more_memory_than_the_limit_and_free_it()
    {
        const int Connections = 12;
        const int Max = 1_000_000;
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":200}""", settings: ("Delivery:MaxLoadedBytes", $"{Max}"));
        var memory = pipeline.Service.Services.GetRequiredService<DeliveryTools>().Memory;
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 20, Path = "/api/lists/subscribe" });
        var batches = new List<string>();
        var most = 0L;
        for (var i = 0; i < Connections; i++)
        {
            var (connection, _) = await pipeline.ConnectAsync();
            for (var chunk = 0; chunk < 5; chunk++) batches.Add(await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).Select(m => Wire.Add($"m{chunk}-{m}@x.com"))]));
            most = Math.Max(most, memory.Bytes);
        }

        foreach (var batch in batches)
        {
            await pipeline.CompletedAsync(batch);
            most = Math.Max(most, memory.Bytes);
        }

        // 60,000 changes would be 11 MB: twice the limit, and what one connection takes up in one go
        Assert.InRange(most, 1, (2 * Max) + 1_500_000);
        await Eventually.TrueAsync(() => memory.Bytes == 0);
    }

    [Fact]
    public async Task However_many_projects_have_a_backlog_only_as_many_as_there_are_cores_read_theirs_at_once()
    {
        var projects = 4 * Environment.ProcessorCount;
        await using var pipeline = await Pipeline.StartAsync();
        var (delivery, journal) = await ExchangedDelivery.WithFaultyJournalAsync(pipeline);
        await using var _ = delivery;
        var batches = new List<string>();
        for (var i = 0; i < projects; i++)
        {
            pipeline.Sandbox.State.AddList($"key-{i}", "list", 1000 + i);
            var project = await pipeline.Service.AddProjectAsync($"key-{i}");
            batches.Add(await pipeline.PostAsync(await pipeline.Service.AddConnectionAsync(project, $",\"listId\":{1000 + i}"), Wire.Add("a@x.com")));
        }
        var (reading, most) = (0, 0);
        using var allowed = new SemaphoreSlim(0);
        journal.WhileReading = () =>
        {
            var now = Interlocked.Increment(ref reading);
            for (var known = most; now > known; known = most) Interlocked.CompareExchange(ref most, now, known);
            allowed.Wait();
            Interlocked.Decrement(ref reading);
        };

        await delivery.StartAsync();
        await Eventually.TrueAsync(() => Volatile.Read(ref reading) >= Environment.ProcessorCount);
        journal.WhileReading = null;
        allowed.Release(projects);
        foreach (var batch in batches) await pipeline.CompletedAsync(batch);

        Assert.Equal(Environment.ProcessorCount, most);
    }

    [Theory]
    [InlineData(FaultKind.Status, 503, "")]
    [InlineData(FaultKind.Status, 404, "listNotFound")]
    public async Task What_cannot_be_sent_keeps_one_calls_worth_in_memory_and_is_delivered_whole_afterwards(FaultKind kind, int status, string holdReason)
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Delivery:ProbeEvery", "00:00:01"));
        var memory = pipeline.Service.Services.GetRequiredService<DeliveryTools>().Memory;
        var (connection, list) = await pipeline.ConnectAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = kind, Status = status, Path = "/api/lists/subscribe" });
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 9000).Select(i => Wire.Add($"m{i}@x.com"))]);
        var more = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 9000).Select(i => Wire.Add($"n{i}@x.com"))]);

        await pipeline.ConnectionAsync(connection, c => holdReason.Length > 0 ? (string?)c["holdReason"] == holdReason : (string?)c["status"]!["lastError"] is not null);
        // an entry is the least that can be taken up
        await Eventually.TrueAsync(() => memory.Bytes < LoadedMemory.CostOf(10_000, 10_000 * 12));

        pipeline.Sandbox.State.RemoveFault(fault);
        await pipeline.CompletedAsync(batch);
        await pipeline.CompletedAsync(more);
        Assert.Equal(18_000, pipeline.EmailsOn(list).Length);
        await Eventually.TrueAsync(() => memory.Bytes == 0);
    }
}
