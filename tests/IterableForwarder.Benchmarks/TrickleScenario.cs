using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace IterableForwarder.Benchmarks;

/// <summary>How much, and for how long.</summary>
internal sealed record TrickleOptions(int Rate, int Seconds, int Warmup)
{
    public static TrickleOptions Parse(Arguments arguments) => new(arguments.Get("rate", 400), arguments.Get("seconds", 20), arguments.Get("warmup", 5));
}

/// <summary>
/// One-profile mParticle messages at a steady rate. Each is timed from when it was due, not from when it could be sent, so that
/// a stall counts for everyone who would have come in it.
/// </summary>
internal static class TrickleScenario
{
    public static async Task RunAsync(TrickleOptions options, TextWriter output)
    {
        var bare = await MeasureBareAsync(options);
        var figures = await MeasureAsync(options);
        output.WriteLine(FormattableString.Invariant($"{figures.Sent} one-profile messages at {options.Rate} a second, durable, answered with 202"));
        output.WriteLine(FormattableString.Invariant($"answer    p50 {Load.At(figures.ResponseTimes, 0.50):F1} ms   p99 {Load.At(figures.ResponseTimes, 0.99):F1} ms   longest {Load.At(figures.ResponseTimes, 1):F1} ms"));
        output.WriteLine(FormattableString.Invariant($"calls     {figures.Calls}, {(double)figures.Sent / figures.Calls:F0} messages each"));
        output.WriteLine(FormattableString.Invariant($"CPU       {figures.CpuMicroseconds:F0} µs a message of the service; {bare:F0} µs of a server that only reads them and answers ten milliseconds later   allocated {figures.AllocatedBytes:F0} bytes a message   peak memory {figures.PeakMegabytes:F0} MB"));
    }

    public static async Task<TrickleFigures> MeasureAsync(TrickleOptions options)
    {
        await using var stage = await Stage.StartAsync();
        var service = stage.Service;
        await stage.ControlAsync("lists", new { id = 42, name = "trickle", apiKey = Stage.ApiKey });

        await SendAsync(service, options.Rate, options.Warmup, first: 0);
        await stage.SettledAsync();
        var calls = (await stage.CallsAsync()).Length;
        var before = await Snapshot.TakeAsync(stage);
        var sent = options.Rate * options.Seconds;
        var responseTimes = await SendAsync(service, options.Rate, options.Seconds, first: options.Rate * options.Warmup);
        await stage.SettledAsync();
        var after = await Snapshot.TakeAsync(stage);
        Array.Sort(responseTimes);
        return new(
            sent, responseTimes, (await stage.CallsAsync()).Length - calls, (after.CpuSeconds - before.CpuSeconds) / sent * 1e6, (after.AllocatedBytes - before.AllocatedBytes) / sent, after.PeakMegabytes);
    }

    /// <summary>What of it is HTTP: CPU microseconds a message of a server that reads the same bodies and does nothing with them.</summary>
    public static async Task<double> MeasureBareAsync(TrickleOptions options)
    {
        await using var bare = await Measured.StartBareAsync();
        await SendAsync(bare, options.Rate, options.Warmup, first: 0);
        var cpu = bare.CpuSeconds;
        await SendAsync(bare, options.Rate, options.Seconds, first: 0);
        return (bare.CpuSeconds - cpu) / (options.Rate * options.Seconds) * 1e6;
    }

    private static Task<double[]> SendAsync(Measured service, int rate, int seconds, int first) => SendAsync([service], rate, seconds, first);

    /// <summary>Sends each service its part, in turns; the rate and the answers are those of all together.</summary>
    public static async Task<double[]> SendAsync(Measured[] services, int rate, int seconds, int first)
    {
        var start = Stopwatch.GetTimestamp();
        var responseTimes = new ConcurrentBag<double>();
        var pending = new List<Task>(rate * seconds);
        for (var i = 0; i < rate * seconds; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            var ahead = due - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.FromMilliseconds(1)) await Task.Delay(ahead, TimeProvider.System, CancellationToken.None);
            pending.Add(SendOneAsync(services[i % services.Length], first + i, () => responseTimes.Add((Stopwatch.GetElapsedTime(start) - due).TotalMilliseconds)));
        }
        await Task.WhenAll(pending);
        return [.. responseTimes];
    }

    private static async Task SendOneAsync(Measured service, int number, Action answered)
    {
        using var body = new StringContent(Message(number), Encoding.UTF8, "application/json");
        using var response = await service.Http.PostAsync("/ingest/mparticle", body);
        answered();
        if ((int)response.StatusCode != 202) throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private static string Message(int number) =>
        $$$"""
        {"type":"audience_membership_change_request","id":"{{{Guid.NewGuid()}}}","timestamp_ms":{{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}}},"firehose_version":"3.2.0",
         "account":{"account_id":123456,"account_settings":{"apiKey":"benchmark-key","userIdField":"customerId"}},
         "user_profiles":[{"mpid":"{{{number}}}","user_identities":[{"type":"email","encoding":"raw","value":"m{{{number}}}@example.com"},{"type":"customer","encoding":"raw","value":"c-{{{number}}}"}],
           "device_identities":[],"partner_identities":[],
           "audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"}]}]}
        """;
}

/// <summary>What one run came to.</summary>
internal sealed record TrickleFigures(int Sent, double[] ResponseTimes, int Calls, double CpuMicroseconds, double AllocatedBytes, double PeakMegabytes);
