using IterableForwarder.Benchmarks;

if (args is not ["trickle", .. var rest])
{
    await Console.Error.WriteLineAsync("usage: trickle [--rate 400] [--seconds 20] [--warmup 5]");
    return 2;
}
await TrickleScenario.RunAsync(TrickleOptions.Parse(rest), Console.Out);
return 0;
