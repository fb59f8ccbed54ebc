using System.Text.Json.Nodes;
using Iterable.Sandbox;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// A bit of any value in the database flips while the service is stopped. It starts, settings and counts are what they were, a neighbour delivers,
/// and nobody is on a list who was not sent there.
/// </summary>
public sealed class G5_Flipped_bits_at_a_start(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Some of the bits, by number: primes, so that all bits of a byte come by.</summary>
    [Theory]
    [InlineData(true, 2003)]
    [InlineData(false, 211)]
    public Task Of_some_bits_each_that_flips_harms_nobody(bool areCopied, int every) => FlipAsync(areCopied, every);

    /// <summary>EVERY_BIT says how many bits apart.</summary>
    [Theory]
    [InlineData(true, 61)]
    [InlineData(false, 13)]
    [Trait("Category", "Nightly")]
    public Task Of_many_bits_each_that_flips_harms_nobody(bool areCopied, int every) => FlipAsync(areCopied, Given.Number("EVERY_BIT") ?? every);

    private async Task FlipAsync(bool areCopied, int every)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        using var original = new TemporaryFolder();
        var story = await Story.WriteAsync(sandbox, original.Path);
        var (starts, restored, bit) = (0, 0, 0);
        foreach (var value in StoredBits.In(original.Path).Where(v => TestStore.Copied.Contains(v.Table) == areCopied))
        {
            for (; bit < value.Bits; bit += every)
            {
                using var data = new TemporaryFolder();
                TestStore.Copy(original.Path, data.Path);
                if (!value.TryFlip(data.Path, bit)) continue;
                starts++;
                if (await story.CheckAsync(data.Path, $"bit {bit} of {value.Name} where {value.Where}")) restored++;
            }
            bit -= value.Bits;
        }
        output.WriteLine($"{starts} starts, {restored} in which something was restored");
        Assert.InRange(starts, 20, int.MaxValue);
        Assert.Equal(areCopied ? starts : 0, restored);
    }

    /// <summary>A stopped service with settings of every kind and a history, two connections of which are paused with something pending.</summary>
    private sealed class Story(SandboxServer sandbox, long[] lists, string[] connections, IReadOnlyDictionary<string, string> shown)
    {
        /// <summary>Who may be on the list of each connection.</summary>
        private static readonly string[][] Right = [["a@x.com", "d@x.com"], ["c@x.com", "d@x.com"]];

        private static readonly string[] Settings = ["projects", "connections", "streams", "keys"];

        public static async Task<Story> WriteAsync(SandboxServer sandbox, string folder)
        {
            await using var service = await TestService.StartAsync(folder, settings: Pipeline.Settings(sandbox));
            var project = await service.AddProjectAsync(more: ""","budgets":{"lists":1000},"segmentSecret":"a-secret-of-segment" """);
            var (first, second) = (sandbox.State.AddList(Pipeline.ApiKey, "first").Id, sandbox.State.AddList(Pipeline.ApiKey, "second").Id);
            string[] connections =
            [
                await service.AddConnectionAsync(project, $$""","listId":{{first}},"attributes":{"firstName":"first"},"campaignId":7"""),
                await service.AddConnectionAsync(project, $$""","listId":{{second}},"source":"segment","audienceId":"vip" """),
            ];
            (await service.PostAsync("/api/v1/streams", $$"""{"projectId":"{{project}}","name":"Events","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true} }""")).Expect(201);
            (await service.PostAsync("/api/v1/keys", $$"""{"name":"Marketing","kind":"ingest","projectIds":["{{project}}"]}""")).Expect(201);
            foreach (var connection in connections) (await service.PostAsync($"/api/v1/connections/{connection}/pause", """{"reason":"for now"}""")).Expect(200);
            await AddAsync(service, connections[0], "a@x.com", "b@x.com");
            await AddAsync(service, connections[1], "c@x.com");
            (await service.PostAsync($"/api/v1/connections/{connections[0]}/pending/discard", "{}")).Expect(200);
            await AddAsync(service, connections[0], "a@x.com");
            return new(sandbox, [first, second], connections, await ReadAsync(service));
        }

        /// <summary>True where something was restored.</summary>
        public async Task<bool> CheckAsync(string folder, string what)
        {
            foreach (var list in lists)
            {
                sandbox.State.RemoveList(list);
                sandbox.State.AddList(Pipeline.ApiKey, "list", list);
            }
            await using var service = await TestService.StartAsync(folder, settings: Pipeline.Settings(sandbox));
            var ready = await service.GetAsync("/health/ready");
            Assert.True(ready.Status == 200, $"{ready} after {what}");
            foreach (var (name, json) in await ReadAsync(service)) Assert.True(json == shown[name], $"{json}\n instead of\n{shown[name]}\n after {what}");
            foreach (var connection in connections) (await service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
            foreach (var connection in connections) await AddAsync(service, connection, "d@x.com");
            // a connection sends in order, unless it is held for what is damaged: nothing of before comes after this
            for (var i = 0; i < lists.Length; i++)
            {
                var (connection, list, right) = (connections[i], lists[i], Right[i]);
                await Eventually.GetAsync(
                    async () => (await service.GetAsync($"/api/v1/connections/{connection}")).Expect(200), c => (string)c["state"]! == "held" || EmailsOn(list).Contains("d@x.com"), Patience, what);
                Assert.True(!EmailsOn(list).Except(right).Any(), $"{string.Join(", ", EmailsOn(list))} are on the list of connection {i} after {what}");
            }
            return service.Logs.Any(line => line.Contains("differed from their copies", StringComparison.Ordinal));
        }

        private string[] EmailsOn(long list) => [.. sandbox.State.Members(list).Select(m => m.Email ?? "")];

        private static async Task AddAsync(TestService service, string connection, params string[] emails) =>
            (await service.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{string.Join(',', emails.Select(e => Wire.Add(e)))}}]}""")).Expect(202);

        /// <summary>All settings and counts as an operator sees them, without what depends on the time.</summary>
        private static async Task<Dictionary<string, string>> ReadAsync(TestService service)
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var name in Settings)
            {
                foreach (var item in (await service.GetAsync($"/api/v1/{name}")).Items)
                {
                    var shown = item!.DeepClone().AsObject();
                    shown.Remove("metrics");
                    if (shown["status"] is JsonObject status) status["oldestPendingSeconds"] = null;
                    all[$"{name} {(string)shown["id"]!}"] = shown.ToJsonString();
                }
            }
            return all;
        }
    }
}
