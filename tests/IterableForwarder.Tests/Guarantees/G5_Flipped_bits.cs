using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// Bits of what the store keeps of a connection flip under a running service, one at a time. A neighbour delivers, what is damaged is on display
/// or settles right, nobody is wrong on a list, every account adds up, and an operator can end it.
/// </summary>
public sealed class G5_Flipped_bits
{
    /// <summary>Damage is on display within 10 s, on a machine that has much else to do.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Some of all bits, by number: a prime, so that all bits of a byte come by.</summary>
    [Fact]
    public Task Of_some_bits_each_that_flips_harms_nobody() => FlipAsync(every: 47);

    [Fact]
    [Trait("Category", "Nightly")]
    public Task Each_bit_that_flips_harms_nobody() => FlipAsync(every: 1);

    private static async Task FlipAsync(int every)
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (neighbour, neighbourList) = await pipeline.ConnectAsync();
        var shown = new SortedSet<string>(StringComparer.Ordinal);
        var number = 0;
        for (var isAnyLeft = true; isAnyLeft; number += every)
        {
            var victim = await Victim.PrepareAsync(pipeline);
            var values = await StoredValue.OfAsync(pipeline.Service.Services, victim.Connection);
            var flipped = await StoredValue.FlipAsync(pipeline.Service.Services, values, number);
            isAnyLeft = flipped is not null;
            (await pipeline.Service.PostAsync($"/api/v1/connections/{victim.Connection}/resume")).Expect(200);
            await pipeline.CompletedAsync(await pipeline.PostAsync(neighbour, Wire.Add($"n{number}@x.com")));
            if (await victim.EndAsync() && flipped is not null) shown.Add(flipped.Name);
            await victim.CheckAsync($"bit {number}, of {flipped?.Name ?? "nothing"}");
        }

        Assert.Equal(["bodies.changes", "bodies.origins", "entries.outcomes", "rules.content"], shown);
        Assert.InRange(number, 1500, 10_000);
        await pipeline.RestartAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(neighbour, Wire.Add("last@x.com")));
        Assert.Contains("last@x.com", pipeline.EmailsOn(neighbourList));
    }

    /// <summary>A paused connection with one batch that was discarded, a replay of it, and one of which a change is dropped already.</summary>
    private sealed class Victim(Pipeline pipeline, string connection, long list)
    {
        private const int Received = 5;

        private readonly List<string> _batches = [];
        private readonly HashSet<string> _discarded = [];

        public string Connection => connection;

        public static async Task<Victim> PrepareAsync(Pipeline pipeline)
        {
            var (connection, list) = await pipeline.ConnectAsync();
            var victim = new Victim(pipeline, connection, list);
            await victim.PostAsync("pause");
            victim._batches.Add(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
            await victim.PostAsync("pending/discard", "{}");
            victim._batches.Add((string)(await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", """{"outcomes":["dropped"]}""")).Expect(200)["batchIds"]!.AsArray().Single()!);
            victim._batches.Add(await pipeline.PostAsync(connection, Wire.Add("c@x.com"), """{"action":"add","customerId":"without-email"}""", Wire.Remove("b@x.com")));
            return victim;
        }

        /// <summary>Waits until all is settled, and discards what is held meanwhile. True where anything was.</summary>
        public async Task<bool> EndAsync()
        {
            while (true)
            {
                var shown = await Eventually.GetAsync(ReadAsync, c => (long)c["status"]!["pending"]! == 0 || HeldBatchOf(c) is not null, Patience);
                if (HeldBatchOf(shown) is not { } batch) return _discarded.Count > 0;
                Assert.True(_discarded.Add(batch), $"{batch} was discarded, and is held again");
                await PostAsync("pending/discard", $$"""{"batchId":"{{batch}}"}""");
            }
        }

        public async Task CheckAsync(string what)
        {
            // the first of them was discarded from the beginning
            string[] expected = [.. new[] { (_batches[1], "a@x.com"), (_batches[2], "c@x.com") }.Where(e => !_discarded.Contains(e.Item1)).Select(e => e.Item2)];
            Assert.True(expected.SequenceEqual(pipeline.EmailsOn(list)), $"{string.Join(", ", pipeline.EmailsOn(list))} are on the list instead of {string.Join(", ", expected)} after {what}");
            var connectionNow = await ReadAsync();
            var status = connectionNow["status"]!;
            Assert.True(((string[])["delivered", "superseded", "dropped", "rejected"]).Sum(n => (long)status[n]!) == Received, $"{status.ToJsonString()} after {what}");
            Assert.True((string)connectionNow["state"]! == "active" && connectionNow["holds"]!.AsArray().Count == 0, $"{connectionNow.ToJsonString()} after {what}");
            foreach (var batch in _batches)
            {
                await pipeline.BatchAsync(batch);
                (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200);
            }
            (await pipeline.Service.PostAsync("/api/v1/members/search", """{"email":"c@x.com"}""")).Expect(200);
            (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", """{"outcomes":["dropped","rejected"],"dryRun":true}""")).Expect(200);
        }

        private async Task<JsonObject> ReadAsync() => (await pipeline.Service.GetAsync($"/api/v1/connections/{connection}")).Expect(200);

        private async Task PostAsync(string operation, string? json = null) => (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/{operation}", json)).Expect(200);

        private static string? HeldBatchOf(JsonObject connection) =>
            (string?)connection["holds"]!.AsArray().FirstOrDefault(h => (string)h!["reason"]! == "internalError")?["batchId"];
    }
}
