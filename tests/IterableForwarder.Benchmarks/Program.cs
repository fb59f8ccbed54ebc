using IterableForwarder.Benchmarks;

switch (args)
{
    case ["performance", .. var rest]:
        await PerformanceScenario.RunAsync(rest is ["--quick"], Console.Out);
        return 0;
    case ["parts", .. var rest]:
        PureParts.Run(rest is ["--quick"]);
        return 0;
    case ["bulk", .. var rest]:
        await BulkScenario.RunAsync(BulkOptions.Parse(new(rest)), Console.Out);
        return 0;
    case ["ndjson", .. var rest]:
        await NdjsonScenario.RunAsync(new Arguments(rest).Get("lines", 5_000_000), Console.Out);
        return 0;
    case ["restart", .. var rest]:
        await RestartScenario.RunAsync(new Arguments(rest).Get("backlog", 10_000_000), Console.Out);
        return 0;
    case ["trickle", .. var rest]:
        await TrickleScenario.RunAsync(TrickleOptions.Parse(new(rest)), Console.Out);
        return 0;
    case ["budget", .. var rest]:
        await BudgetScenario.RunAsync(BudgetOptions.Parse(new(rest)), Console.Out);
        return 0;
    case ["fairness", .. var rest]:
        await FairnessScenario.RunAsync(FairnessOptions.Parse(new(rest)), Console.Out);
        return 0;
    case ["outage", .. var rest]:
        await OutageScenario.RunAsync(OutageOptions.Parse(new(rest)), Console.Out);
        return 0;
    case ["search", .. var rest]:
        await new SearchScenario(SearchOptions.Parse(new(rest)), Console.Out).RunAsync();
        return 0;
    case [ScaledClock.HostCommand, var scale]:
        await ScaledClock.HostAsync(scale);
        return 0;
    case [BareServer.HostCommand]:
        await BareServer.HostAsync();
        return 0;
    case ["segment-sync", .. var rest]:
        await SegmentSyncScenario.RunAsync(SegmentSyncOptions.Parse(new(rest)), Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            usage: performance [--quick]
                   parts    [--quick]
                   bulk     [--members 2000000] [--warmup 500000] [--batch 1000] [--clients 4] [--connections 1] [--projects 1] [--backlog 0] [--idle 0]
                   ndjson   [--lines 5000000]
                   restart  [--backlog 10000000]
                   trickle  [--rate 400] [--seconds 20] [--warmup 5]
                   budget   [--rate 50] [--seconds 30] [--server 0] [--settle 60] [--connections 4]
                   fairness [--rate 10] [--members 1000000] [--every 3] [--seconds 60]
                   outage   [--changes 2000000] [--members 200000] [--connections 20] [--minutes 60] [--scale 60]
                   search   [--changes 5000000]
                   segment-sync [--members 100000] [--budget 5] [--array 1000] [--senders 4]
            """);
        return 2;
}
