namespace IterableForwarder.Benchmarks;

/// <summary>How long the service takes to be ready when much is pending.</summary>
internal static class RestartScenario
{
    public static async Task RunAsync(int backlog, TextWriter output) => output.WriteLine(FormattableString.Invariant(
        $"ready {await MeasureAsync(backlog):F1} s after a kill with {backlog} pending"));

    /// <summary>In seconds, from the start of the process.</summary>
    public static async Task<double> MeasureAsync(int backlog)
    {
        await using var stage = await Stage.StartAsync();
        await stage.AddBacklogAsync(backlog, 0);
        return await stage.RestartAsync();
    }
}
