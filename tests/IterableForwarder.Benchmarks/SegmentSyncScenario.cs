using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace IterableForwarder.Benchmarks;

/// <summary>How many, how fast Iterable may be called, and how the events come.</summary>
internal sealed record SegmentSyncOptions(int Members, int Budget, int Array, int Senders)
{
    public static SegmentSyncOptions Parse(Arguments arguments) =>
        new(arguments.Get("members", 100_000), arguments.Get("budget", 5), arguments.Get("array", 1000), arguments.Get("senders", 4));
}

/// <summary>
/// Segment's first sync of an audience: arrays of Identify events, one after the other from each sender, until all members are on a
/// list that has to be made. The budget allows members / 1000 calls at its rate, and nothing can be faster than that.
/// </summary>
internal static class SegmentSyncScenario
{
    private const int MembersPerCall = 1000;

    public static async Task RunAsync(SegmentSyncOptions options, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("forwarder-benchmark-").FullName;
        try
        {
            await using var sandbox = await Measured.StartSandboxAsync([]);
            await using var service = await Measured.StartServiceAsync(folder, sandbox);
            var project = await service.Http.PostAsJsonAsync(
                "/api/v1/projects", new { name = "Benchmark", apiKey = "benchmark-key", budgets = new { lists = options.Budget, users = 5, events = 10 } });
            var id = (string)JsonNode.Parse(await project.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["id"]!;

            var start = Stopwatch.GetTimestamp();
            await SendAsync(service, options, id);
            var sent = Stopwatch.GetElapsedTime(start).TotalSeconds;
            await DeliveredAsync(service, options.Members);
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

            var allowed = (double)options.Members / MembersPerCall / options.Budget;
            output.WriteLine(FormattableString.Invariant($"{options.Members} members in arrays of {options.Array} by {options.Senders} senders, budget {options.Budget} calls a second"));
            output.WriteLine(FormattableString.Invariant($"allowed   {options.Members} / {MembersPerCall} a call / {options.Budget} calls a second = {allowed:F2} s"));
            output.WriteLine(FormattableString.Invariant($"taken     {seconds:F2} s until the last was on the list = {seconds / allowed:F3} times that; accepted after {sent:F2} s"));
            var calls = await CallsAsync(sandbox);
            output.WriteLine(FormattableString.Invariant($"calls     {calls.Count} subscribes for {options.Members} members; from the first to the last {calls.Seconds:F2} s, the longest pause {calls.MaxPause:F2} s"));
            output.WriteLine(FormattableString.Invariant($"CPU       {service.CpuSeconds:F2} s of the service, {service.CpuSeconds / options.Members * 1e6:F0} µs a member   peak memory {service.PeakMegabytes:F0} MB"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task SendAsync(Measured service, SegmentSyncOptions options, string project)
    {
        var arrays = Enumerable.Range(0, (options.Members + options.Array - 1) / options.Array);
        return Parallel.ForEachAsync(arrays, new ParallelOptions { MaxDegreeOfParallelism = options.Senders }, async (array, cancelled) =>
        {
            var first = array * options.Array;
            using var body = new StringContent(ArrayOf(first, Math.Min(options.Array, options.Members - first)), Encoding.UTF8, "application/json");
            using var response = await service.Http.PostAsync($"/ingest/segment/{project}", body, cancelled);
            if ((int)response.StatusCode != 202) throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync(cancelled)}");
        });
    }

    private static string ArrayOf(int first, int count)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        var text = new StringBuilder("[");
        for (var number = first; number < first + count; number++)
        {
            text.Append(number > first ? "," : "").Append(CultureInfo.InvariantCulture, $$$"""
                {"type":"identify","userId":"u-{{{number}}}","anonymousId":"{{{Guid.NewGuid()}}}","messageId":"personas_{{{Guid.NewGuid()}}}","timestamp":"{{{now}}}",
                 "traits":{"email":"m{{{number}}}@example.com","first_name":"Ann","last_name":"Example","plan":"pro","spring":true},
                 "context":{"personas":{"computation_class":"audience","computation_id":"aud_1","computation_key":"spring","namespace":"spa_1","space_id":"spa_1"}},"integrations":{},"receivedAt":"{{{now}}}"}
                """);
        }
        return text.Append(']').ToString();
    }

    private static async Task DeliveredAsync(Measured service, int members)
    {
        while (true)
        {
            var connections = JsonNode.Parse(await service.Http.GetStringAsync("/api/v1/connections"))!["items"]!.AsArray();
            if (connections.Count == 1 && (long)connections[0]!["status"]!["delivered"]! == members) return;
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<(int Count, double Seconds, double MaxPause)> CallsAsync(Measured sandbox)
    {
        var answer = JsonNode.Parse(await sandbox.Http.GetStringAsync("/_sandbox/calls?path=/api/lists/subscribe"))!;
        var times = answer["calls"]!.AsArray().Select(c => (DateTimeOffset)c!["time"]!).Order().ToArray();
        var pauses = times.Zip(times.Skip(1), (one, next) => (next - one).TotalSeconds);
        return (times.Length, (times[^1] - times[0]).TotalSeconds, pauses.DefaultIfEmpty().Max());
    }
}
