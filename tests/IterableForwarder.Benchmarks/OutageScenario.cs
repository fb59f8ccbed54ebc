using System.Diagnostics;
using System.Text.Json.Nodes;

namespace IterableForwarder.Benchmarks;

/// <param name="Changes">Accepted during the outage.</param>
/// <param name="Members">That they are about, over all connections.</param>
/// <param name="Connections">That they come in on.</param>
/// <param name="Minutes">How long the outage lasts, by the service's clock.</param>
/// <param name="Scale">How many times faster that clock runs.</param>
internal sealed record OutageOptions(int Changes, int Members, int Connections, int Minutes, int Scale)
{
    public static OutageOptions Parse(Arguments arguments) => new(
        arguments.Get("changes", 2_000_000), arguments.Get("members", 200_000), arguments.Get("connections", 20), arguments.Get("minutes", 60), arguments.Get("scale", 60));
}

/// <summary>
/// Iterable is down while changes go on coming in, the same members again and again: what that costs in memory, and what is sent once
/// it is back. A third of the time it answers 500, a third it cuts every connection, a third it hangs.
/// </summary>
internal static class OutageScenario
{
    private const int ChangesPerRequest = 1000;
    private const int CallsPerSecond = 10;

    public static async Task RunAsync(OutageOptions options, TextWriter output)
    {
        await using var stage = await Stage.StartAsync(scale: options.Scale);
        var connections = await stage.ConnectAsync(CallsPerSecond, options.Connections);
        await stage.PostLinesAsync(connections[0], ["""{"action":"add","email":"warm@example.com"}"""]);
        await stage.SettledAsync();
        var before = stage.Service.Megabytes;

        var clock = Stopwatch.GetTimestamp();
        var duration = TimeSpan.FromMinutes(options.Minutes) / options.Scale;
        var posting = PostAsync(stage, connections, options, duration);
        long? fault = null;
        foreach (var kind in (string[])["status", "reset", "hang"])
        {
            // the next before the last is gone, so that nothing slips through in between
            var next = (long)(await stage.ControlAsync("faults", new { kind, path = "/api/lists/*", status = 500 }))!["id"]!;
            if (fault is { } last) await stage.RemoveFaultAsync(last);
            fault = next;
            await Stage.WaitAsync(duration.TotalSeconds / 3);
        }
        await posting;
        var (lasted, pending, during) = (Stopwatch.GetElapsedTime(clock), await stage.PendingAsync(), stage.Service.Megabytes);

        clock = Stopwatch.GetTimestamp();
        await stage.RemoveFaultAsync(fault!.Value);
        await stage.SettledAsync();
        var drained = Stopwatch.GetElapsedTime(clock);
        await CheckAsync(stage, options);
        var (sent, calls, failed) = await SentAsync(stage);

        output.WriteLine(FormattableString.Invariant($"{options.Changes} changes of {options.Members} members on {options.Connections} connections, accepted while Iterable was down"));
        output.WriteLine(FormattableString.Invariant($"clock     the service's runs {options.Scale} times as fast: {(lasted * options.Scale).TotalMinutes:F0} min of outage were {lasted.TotalSeconds:F0} s; quick retries, the network and the disk do not scale, and an attempt has {5 * options.Scale} s"));
        output.WriteLine(FormattableString.Invariant($"memory    {before:F0} MB before, {during:F0} MB at the end of the outage with {pending} pending, {stage.Service.Megabytes:F0} MB after, {stage.Service.PeakMegabytes:F0} MB at most"));
        output.WriteLine(FormattableString.Invariant($"sent      {(double)sent / options.Members:F2} times each member, in {calls} calls, after {failed} that failed; everyone ended where the last change said"));
        output.WriteLine(FormattableString.Invariant($"drained   in {drained.TotalSeconds:F1} s, or {(drained * options.Scale).TotalMinutes:F1} min by the service's clock at {CallsPerSecond} calls a second"));
    }

    /// <summary>Round after round over all members, in and out; spread over the whole of the outage.</summary>
    private static async Task PostAsync(Stage stage, string[] connections, OutageOptions options, TimeSpan duration)
    {
        var start = Stopwatch.GetTimestamp();
        var requests = options.Changes / ChangesPerRequest;
        await Parallel.ForEachAsync(Enumerable.Range(0, options.Connections), new ParallelOptions { MaxDegreeOfParallelism = options.Connections }, async (connection, _) =>
        {
            var mine = requests / options.Connections;
            for (var i = 0; i < mine; i++)
            {
                var ahead = (duration * i / mine) - Stopwatch.GetElapsedTime(start);
                if (ahead > TimeSpan.Zero) await Stage.WaitAsync(ahead.TotalSeconds);
                await stage.PostLinesAsync(connections[connection], Enumerable.Range(i * ChangesPerRequest, ChangesPerRequest).Select(number => Line(connection, number, options)));
            }
        });
    }

    private static string Line(int connection, int number, OutageOptions options)
    {
        var (round, member) = Math.DivRem(number, options.Members / options.Connections);
        return $$"""{"action":"{{(IsAdd(round, member) ? "add" : "remove")}}","email":"m{{connection}}-{{member}}@example.com"}""";
    }

    private static bool IsAdd(int round, int member) => (round + member) % 2 == 0;

    private static async Task CheckAsync(Stage stage, OutageOptions options)
    {
        var (perConnection, members) = (options.Changes / options.Connections, options.Members / options.Connections);
        var expected = 0;
        for (var member = 0; member < members; member++) expected += IsAdd((perConnection - 1 - member) / members, member) ? 1 : 0;
        var lists = JsonNode.Parse(await stage.Sandbox.Http.GetStringAsync("/_sandbox/lists"))!.AsArray();
        for (var i = 0; i < lists.Count; i++)
        {
            var found = (int)lists[i]!["memberCount"]! - (i == 0 ? 1 : 0);
            if (found != expected) throw new InvalidOperationException($"List {i + 1} has {found} members, where {expected} were said last.");
        }
    }

    private static async Task<(long Members, long Calls, long Failed)> SentAsync(Stage stage)
    {
        var calls = JsonNode.Parse(await stage.Sandbox.Http.GetStringAsync("/_sandbox/calls?path=none"))!["counts"]!.AsArray();
        var applied = calls.Where(c => (int?)c!["status"] == 200).ToArray();
        var all = calls.Sum(c => (long)c!["calls"]!);
        return (applied.Sum(c => (long)c!["members"]!), applied.Sum(c => (long)c!["calls"]!), all - applied.Sum(c => (long)c!["calls"]!));
    }
}
