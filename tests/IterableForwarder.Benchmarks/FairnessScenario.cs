namespace IterableForwarder.Benchmarks;

/// <param name="Rate">The project's budget, in calls a second.</param>
/// <param name="Members">Of the backfill.</param>
/// <param name="Every">Seconds between single changes.</param>
/// <param name="Seconds">How long they come.</param>
internal sealed record FairnessOptions(int Rate, int Members, int Every, int Seconds)
{
    public static FairnessOptions Parse(Arguments arguments) => new(
        arguments.Get("rate", 10), arguments.Get("members", 1_000_000), arguments.Get("every", 3), arguments.Get("seconds", 60));
}

/// <summary>How long a single change takes to Iterable while a backfill of the same project is under way on another connection.</summary>
internal static class FairnessScenario
{
    public static async Task RunAsync(FairnessOptions options, TextWriter output)
    {
        // the calls of one member are kept whole, those of the backfill are not
        await using var stage = await Stage.StartAsync(keptBodyBytes: 1000);
        var connections = await stage.ConnectAsync(options.Rate, 2);
        await stage.PostLinesAsync(connections[0], Enumerable.Range(0, options.Members).Select(i => $$"""{"action":"add","email":"m{{i}}@example.com"}"""));

        var accepted = new List<DateTimeOffset>();
        for (var i = 0; i < options.Seconds / options.Every; i++)
        {
            await stage.PostLinesAsync(connections[1], [$$"""{"action":"add","email":"single{{i}}@example.com"}"""]);
            accepted.Add(TimeProvider.System.GetUtcNow());
            await Stage.WaitAsync(options.Every);
        }
        var isStillOn = await stage.PendingAsync() > 0;
        var calls = await stage.CallsAsync();
        // both processes read the same machine's clock
        var milliseconds = accepted.Select((at, i) => (calls.First(c => c.Body?.Contains($"single{i}@", StringComparison.Ordinal) == true).Time - at).TotalMilliseconds).Order().ToArray();

        if (!isStillOn) output.WriteLine("The backfill ran out before the last single change: the figures below are too good.");
        output.WriteLine(FormattableString.Invariant($"{milliseconds.Length} single changes beside a backfill of {options.Members} members, budget {options.Rate} calls a second"));
        output.WriteLine(FormattableString.Invariant($"from 202 to the sandbox   median {milliseconds[milliseconds.Length / 2]:F0} ms   longest {milliseconds[^1]:F0} ms"));
        output.WriteLine(FormattableString.Invariant($"asked                     at most {2000.0 / options.Rate + 1000:F0} ms: two intervals of the budget and a second"));
    }
}
