using IterableForwarder.Benchmarks;

const string Usage = """
    usage: performance [--quick]
           parts    [--quick]
           bulk     [--members 2000000] [--warmup 500000] [--batch 1000] [--clients 4] [--connections 1] [--projects 1] [--backlog 0] [--plain 0] [--idle 0]
           plan     [--rounds 6]
           ndjson   [--lines 5000000]
           restart  [--backlog 10000000]
           trickle  [--rate 400] [--seconds 20] [--warmup 5]
           tuning   [--rate 2000] [--seconds 20] [--warmup 20] [--members 1000000] [--rounds 2]
           budget   [--rate 50] [--seconds 30] [--server 0] [--settle 60] [--connections 4]
           fairness [--rate 10] [--members 1000000] [--every 3] [--seconds 60]
           outage   [--changes 2000000] [--members 200000] [--connections 20] [--minutes 60] [--scale 60]
           search   [--changes 5000000]
           segment-sync [--members 100000] [--budget 5] [--array 1000] [--senders 4]
    """;

try
{
    await RunAsync();
    return 0;
}
catch (UsageException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    await Console.Error.WriteLineAsync(Usage);
    return 2;
}

async Task RunAsync()
{
    switch (args)
    {
        case ["performance", .. ([] or ["--quick"]) and var rest]:
            await PerformanceScenario.RunAsync(isQuick: rest is not [], Console.Out);
            break;
        case ["parts", .. ([] or ["--quick"]) and var rest]:
            PureParts.Run(isQuick: rest is not []);
            break;
        case ["plan", .. var rest]:
            PlanScenario.Run(Arguments.Read(rest, a => a.Get("rounds", 6)), Console.Out);
            break;
        case ["bulk", .. var rest]:
            await BulkScenario.RunAsync(Arguments.Read(rest, BulkOptions.Parse), Console.Out);
            break;
        case ["ndjson", .. var rest]:
            await NdjsonScenario.RunAsync(Arguments.Read(rest, a => a.Get("lines", 5_000_000)), Console.Out);
            break;
        case ["restart", .. var rest]:
            await RestartScenario.RunAsync(Arguments.Read(rest, a => a.Get("backlog", 10_000_000)), Console.Out);
            break;
        case ["trickle", .. var rest]:
            await TrickleScenario.RunAsync(Arguments.Read(rest, TrickleOptions.Parse), Console.Out);
            break;
        case ["tuning", .. var rest]:
            await TuningScenario.RunAsync(Arguments.Read(rest, TuningOptions.Parse), Console.Out);
            break;
        case ["budget", .. var rest]:
            await BudgetScenario.RunAsync(Arguments.Read(rest, BudgetOptions.Parse), Console.Out);
            break;
        case ["fairness", .. var rest]:
            await FairnessScenario.RunAsync(Arguments.Read(rest, FairnessOptions.Parse), Console.Out);
            break;
        case ["outage", .. var rest]:
            await OutageScenario.RunAsync(Arguments.Read(rest, OutageOptions.Parse), Console.Out);
            break;
        case ["search", .. var rest]:
            await new SearchScenario(Arguments.Read(rest, SearchOptions.Parse), Console.Out).RunAsync();
            break;
        case ["segment-sync", .. var rest]:
            await SegmentSyncScenario.RunAsync(Arguments.Read(rest, SegmentSyncOptions.Parse), Console.Out);
            break;
        case [ScaledClock.HostCommand, var scale]:
            await ScaledClock.HostAsync(scale);
            break;
        case [BareServer.HostCommand]:
            await BareServer.HostAsync();
            break;
        default:
            throw new UsageException("Which of these?");
    }
}
