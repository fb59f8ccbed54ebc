using System.Globalization;
using System.Text;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress;
using IterableForwarder.Tests.Ingress.Segment;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>The database has one writer: whoever wants to write waits for its present step. No request within the limits makes it long.</summary>
[Trait("Category", "Nightly")]
public sealed class G9_Steps_of_the_writer : CostlyBodyTests
{
    private const string Duration = "forwarder_store_write_duration_seconds";
    private const int Times = 5;

    [ReleaseTheory]
    [MemberData(nameof(CostlyBodies.Kinds), MemberType = typeof(CostlyBodies))]
    public async Task A_costly_body_takes_steps_of_at_most_100_ms(string kind)
    {
        await CheckAsync(atLeast: Times, async () =>
        {
            for (var i = 0; i < Times; i++) await PostAsync(kind, 200, 202);
        });
    }

    [ReleaseFact]
    public Task Many_new_audiences_and_much_that_is_moved_discarded_and_deleted_take_steps_of_at_most_100_ms() => CheckAsync(atLeast: 2000, async () =>
    {
        var project = (string)(await Service.PostAsync("/api/v1/projects", new { name = "q", apiKey = $"{Guid.NewGuid()}" }))["id"]!;
        var audiences = SegmentWire.ArrayOf(Enumerable.Range(0, 1000).Select(i => SegmentWire.Identify($"m{i}@example.com", list: null, audience: $"key-{i}")));
        using var content = new StringContent(audiences, Encoding.UTF8, "application/json");
        Assert.Equal(202, (await Service.SendAsync(new(HttpMethod.Post, SegmentWire.PathOf(project)) { Content = content }))!.Status);
        var connection = $"/api/v1/connections/{(string)(await Service.PostAsync("/api/v1/connections", new { projectId = project, name = "c", listId = 42 }))["id"]!}";
        await Service.PostAsync($"{connection}/pause", new { });
        for (var i = 0; i < 20; i++)
            await Service.PostAsync($"{connection}/members", new { changes = Enumerable.Range(0, 10_000).Select(n => new { action = "add", email = $"m{n}@example.com" }).ToArray() });
        for (var i = 0; i < 2000; i++)
            await Service.PostAsync($"{connection}/members", new { changes = new[] { new { action = "add", email = $"m{i}@example.com" } } });
        await Service.PostAsync($"{connection}/pending/move", new { fromListId = 42, toListId = 43 });
        await Service.PostAsync($"{connection}/pending/discard", new { });
        Assert.Equal(204, (await Service.SendAsync(new(HttpMethod.Delete, connection)))!.Status);
    });

    /// <summary>Does it twice: what the code costs at first, while it is compiled, it costs the first time.</summary>
    private async Task CheckAsync(int atLeast, Func<Task> workAsync)
    {
        await workAsync();
        var before = await ReadAsync();
        await workAsync();
        // a scrape is answered anew after a while only
        var after = await Eventually.GetAsync(ReadAsync, read => read.All >= before.All + atLeast, TimeSpan.FromSeconds(5));

        var (all, quick) = (after.All - before.All, after.Quick - before.Quick);
        Assert.True(all == quick, $"{all - quick} of {all} steps took longer than 100 ms:\n{after.Shown}");
    }

    private async Task<(long All, long Quick, string Shown)> ReadAsync()
    {
        var lines = (await Service.SendAsync(new(HttpMethod.Get, "/metrics")))!.Text.Split('\n').Where(line => line.StartsWith(Duration, StringComparison.Ordinal)).ToList();
        return (ValueOf("_count"), ValueOf("_bucket", "le=\"0.1\""), string.Join('\n', lines));

        long ValueOf(string name, string tag = "") =>
            long.Parse(lines.Single(line => line.StartsWith(Duration + name, StringComparison.Ordinal) && line.Contains(tag, StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
    }
}
