using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>How the pace is kept to the letter, at every rate and by a clock that the test owns, stands in PaceTests; this is the whole service.</summary>
public sealed class G6_The_budget_is_kept
{
    [Fact]
    public async Task Calls_of_all_connections_together_keep_the_projects_budget_and_retries_count_too()
    {
        await using var pipeline = await Pipeline.StartAsync(budgets: """{"lists":1}""");
        pipeline.Sandbox.State.AddFault(new() { Kind = Iterable.Sandbox.Faults.FaultKind.Status, Status = 500, Path = "/api/lists/subscribe", Times = 1 });
        var batches = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            var (connection, _) = await pipeline.ConnectAsync();
            batches.Add(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));
        }
        foreach (var batch in batches) await pipeline.CompletedAsync(batch);

        var times = pipeline.Sandbox.State.Calls("/api/lists/subscribe").Select(c => c.Time).Order().ToArray();
        Assert.Equal(4, times.Length);
        // one a second, and one more where a second happens to lie so: a third would be too many
        for (var i = 2; i < times.Length; i++) Assert.True(times[i] - times[i - 2] >= TimeSpan.FromSeconds(1), $"three calls within {times[i] - times[i - 2]}");
    }
}
