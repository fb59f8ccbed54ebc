namespace IterableForwarder.Benchmarks;

/// <param name="Rate">Messages a second, half of them to each of two services.</param>
/// <param name="Seconds">That are measured.</param>
/// <param name="Warmup">Seconds before.</param>
/// <param name="Members">In bulk, half of them to each.</param>
/// <param name="Rounds">How often each setting is measured, with new services each time.</param>
internal sealed record TuningOptions(int Rate, int Seconds, int Warmup, int Members, int Rounds)
{
    public static TuningOptions Parse(Arguments arguments) => new(
        arguments.Get("rate", 2000), arguments.Get("seconds", 20), arguments.Get("warmup", 20), arguments.Get("members", 1_000_000), arguments.Get("rounds", 2));
}

/// <summary>
/// What each setting of the runtime gains. Two services run beside each other, one as it is shipped and one without the setting, and take
/// the same load in turns: whatever the machine does, it does to both.
/// </summary>
internal static class TuningScenario
{
    private const int Batch = 1000;
    private const int Clients = 4;

    /// <summary>Turns of each service in bulk, the first of them to warm up.</summary>
    private const int Turns = 5;

    /// <summary>Each with the environment variable that takes it back; the runtime reads numbers as hexadecimal.</summary>
    private static readonly (string Name, string Variable, string Without)[] Settings =
    [
        ("no difference, to see the noise", "DOTNET_TieredPGO", "0"),
        ("no profiling of code (TieredPGO)", "DOTNET_TieredPGO", "1"),
        ("workstation collector", "DOTNET_gcServer", "1"),
        ("youngest generation of at most 12 MB", "DOTNET_GCGen0MaxBudget", "0"),
        ("the collector compacts at half of holes", "DOTNET_GCConserveMemory", "0"),
        ("workers do not spin before they sleep", "DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "46"),
    ];

    public static async Task RunAsync(TuningOptions options, TextWriter output)
    {
        foreach (var (name, variable, without) in Settings)
        {
            for (var round = 0; round < options.Rounds; round++)
            {
                await using var shipped = await Stage.StartAsync();
                await using var other = await Stage.StartAsync(environment: new Dictionary<string, string> { [variable] = without });
                var trickle = await TrickleAsync(options, shipped, other);
                var bulk = await BulkAsync(options, shipped, other);
                await output.WriteLineAsync(FormattableString.Invariant(
                    $"{name}: trickle {trickle.Shipped:F0} µs a message, without {trickle.Other:F0}{Gain(trickle)}; bulk {bulk.Shipped:F2} CPU-s a million, without {bulk.Other:F2}{Gain(bulk)}; peak {shipped.Service.PeakMegabytes:F0} MB, without {other.Service.PeakMegabytes:F0}"));
            }
        }
    }

    private static string Gain((double Shipped, double Other) cpu) => FormattableString.Invariant($" ({100 * ((cpu.Other / cpu.Shipped) - 1):+0.0;-0.0} %)");

    private static async Task<(double Shipped, double Other)> TrickleAsync(TuningOptions options, Stage shipped, Stage other)
    {
        Measured[] services = [shipped.Service, other.Service];
        foreach (var stage in new[] { shipped, other }) await stage.ControlAsync("lists", new { id = 42, name = "trickle", apiKey = Stage.ApiKey });
        await TrickleScenario.SendAsync(services, options.Rate, options.Warmup, first: 0);
        await SettledAsync(shipped, other);
        var before = (Shipped: shipped.Service.CpuSeconds, Other: other.Service.CpuSeconds);
        await TrickleScenario.SendAsync(services, options.Rate, options.Seconds, first: options.Rate * options.Warmup);
        await SettledAsync(shipped, other);
        var millions = options.Rate * options.Seconds / 2 / 1e6;
        return ((shipped.Service.CpuSeconds - before.Shipped) / millions, (other.Service.CpuSeconds - before.Other) / millions);
    }

    private static async Task<(double Shipped, double Other)> BulkAsync(TuningOptions options, Stage shipped, Stage other)
    {
        Stage[] stages = [shipped, other];
        string[] connections = [await ConnectAsync(shipped), await ConnectAsync(other)];
        var cpu = new double[2];
        var each = options.Members / 2 / (Turns - 1);
        for (var turn = 0; turn < Turns; turn++)
        {
            // each goes first as often as the other
            foreach (var i in turn % 2 == 0 ? new[] { 0, 1 } : [1, 0])
            {
                var before = stages[i].Service.CpuSeconds;
                await Load.PostAsync(stages[i].Service.Http, Clients, each / Batch, Batch, (long)turn * each, _ => connections[i]);
                await stages[i].SettledAsync();
                await stages[i].QuietAsync();
                if (turn > 0) cpu[i] += stages[i].Service.CpuSeconds - before;
            }
        }
        var millions = (double)each * (Turns - 1) / 1e6;
        return (cpu[0] / millions, cpu[1] / millions);
    }

    private static async Task<string> ConnectAsync(Stage stage)
    {
        const string Key = "bulk-key";
        await stage.ControlAsync("lists", new { id = 1, name = "bulk", apiKey = Key });
        var project = (string)(await stage.SendAsync("/api/v1/projects", new { name = "Bulk", apiKey = Key, budgets = new { lists = 1000 } }))["id"]!;
        return (string)(await stage.SendAsync("/api/v1/connections", new { projectId = project, name = "bulk", listId = 1, attributes = Load.Attributes }))["id"]!;
    }

    private static async Task SettledAsync(Stage shipped, Stage other)
    {
        await shipped.SettledAsync();
        await other.SettledAsync();
    }
}
