namespace IterableForwarder.Benchmarks;

/// <param name="Rate">The project's budget, in calls a second.</param>
/// <param name="Seconds">How long is looked at.</param>
/// <param name="Server">What the sandbox allows a second; 0 for far more than the budget.</param>
/// <param name="Settle">Seconds that do not count where the sandbox allows less: the pace has to find its way.</param>
/// <param name="Connections">That the backlog waits on.</param>
internal sealed record BudgetOptions(int Rate, int Seconds, int Server, int Settle, int Connections)
{
    public static BudgetOptions Parse(Arguments arguments) => new(
        arguments.Get("rate", 50), arguments.Get("seconds", 30), arguments.Get("server", 0), arguments.Get("settle", 60), arguments.Get("connections", 4));
}

/// <summary>How much of its budget a project uses while full calls wait on several connections, and how evenly.</summary>
internal static class BudgetScenario
{
    private const int MembersPerCall = 1000;

    public static async Task RunAsync(BudgetOptions options, TextWriter output)
    {
        await using var stage = await Stage.StartAsync();
        var connections = await stage.ConnectAsync(options.Rate, options.Connections);
        if (options.Server > 0) await stage.ControlAsync("projects", new { apiKey = Stage.ApiKey, limits = new { lists = new { calls = options.Server, perSeconds = 1 } } });

        // accepted while paused, so that the window begins with all of it waiting
        foreach (var connection in connections) await stage.SendAsync($"/api/v1/connections/{connection}/pause");
        var got = options.Server > 0 ? Math.Min(options.Server, options.Rate) : options.Rate;
        var members = (int)(1.2 * got * options.Seconds * MembersPerCall / options.Connections);
        // the same people on every list: what the sandbox has to remember is bounded
        foreach (var connection in connections) await stage.PostLinesAsync(connection, Enumerable.Range(0, members).Select(i => $$"""{"action":"add","email":"m{{i}}@example.com"}"""));
        foreach (var connection in connections) await stage.SendAsync($"/api/v1/connections/{connection}/resume");
        await Stage.WaitAsync(options.Seconds + 2);
        var pending = await stage.PendingAsync();
        var calls = await stage.CallsAsync();

        if (pending == 0) output.WriteLine("The backlog ran out: the figures below are too small.");
        if (options.Server > 0) Report(calls, options, output);
        else ReportBudget(calls, options, output);
    }

    private static void ReportBudget(SeenCall[] calls, BudgetOptions options, TextWriter output)
    {
        var seen = Within(calls, 0, options.Seconds);
        var most = MaxPerSecond(calls);
        var allowed = options.Rate + Math.Max(1, options.Rate / 5.0);
        output.WriteLine(FormattableString.Invariant($"budget {options.Rate} calls a second, {options.Connections} connections, {options.Seconds} s"));
        output.WriteLine(FormattableString.Invariant($"used      {100.0 * seen.Length / (options.Rate * options.Seconds):F1} % of the budget: {seen.Length} calls, {seen.Average(c => c.Members):F0} members each"));
        output.WriteLine(FormattableString.Invariant($"most      {most} calls in any one second at the sandbox; {allowed:F0} are allowed"));
    }

    private static void Report(SeenCall[] calls, BudgetOptions options, TextWriter output)
    {
        var settled = Within(calls, options.Settle, options.Seconds);
        var through = settled.Count(c => c.Status == 200);
        var could = Math.Min(options.Server, options.Rate) * (options.Seconds - options.Settle);
        output.WriteLine(FormattableString.Invariant($"budget {options.Rate} calls a second, the sandbox allows {options.Server}, {options.Connections} connections, {options.Seconds} s"));
        output.WriteLine(FormattableString.Invariant($"through   {100.0 * through / could:F1} % of what the sandbox allows from second {options.Settle} on: {through} calls"));
        output.WriteLine(FormattableString.Invariant($"refused   {calls.Count(c => c.Status == 429)} calls with 429 in all, {settled.Count(c => c.Status == 429)} of them from second {options.Settle} on"));
    }

    /// <summary>By seconds from the first call on.</summary>
    private static SeenCall[] Within(SeenCall[] calls, int from, int to) =>
        [.. calls.Where(c => (c.Time - calls[0].Time).TotalSeconds is var at && at >= from && at < to)];

    private static int MaxPerSecond(SeenCall[] calls)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < calls.Length; last++)
        {
            while (calls[last].Time - calls[first].Time >= TimeSpan.FromSeconds(1)) first++;
            most = Math.Max(most, last - first + 1);
        }
        return most;
    }
}
