using IterableForwarder.Benchmarks;

switch (args)
{
    case ["trickle", .. var rest]:
        await TrickleScenario.RunAsync(TrickleOptions.Parse(rest), Console.Out);
        return 0;
    case ["search", .. var rest]:
        await new SearchScenario(SearchOptions.Parse(rest), Console.Out).RunAsync();
        return 0;
    case ["segment-sync", .. var rest]:
        await SegmentSyncScenario.RunAsync(SegmentSyncOptions.Parse(rest), Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync(
            """
            usage: trickle [--rate 400] [--seconds 20] [--warmup 5]
                   search [--changes 5000000]
                   segment-sync [--members 100000] [--budget 5] [--array 1000] [--senders 4]
            """);
        return 2;
}
