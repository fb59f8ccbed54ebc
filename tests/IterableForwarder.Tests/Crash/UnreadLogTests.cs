using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Telemetry;

namespace IterableForwarder.Tests.Crash;

/// <summary>A log that nobody reads, such as a pipe to a collector that hangs, stops nothing.</summary>
public sealed class UnreadLogTests
{
    /// <summary>What whoever runs the service grants it before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>For a request that finds the service at work, with all its writers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task With_a_full_pipe_as_its_output_the_service_responds_delivers_drops_lines_and_stops()
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        await using var service = await fleet.StartServiceAsync(ServiceProcess.Forwarder, ("Serilog:MinimumLevel:Default", "Information"));
        Assert.Equal(0, await DroppedAsync(service));
        service.StopReading();

        // each request writes a line, and a pipe takes 64 KB
        await Parallel.ForEachAsync(Enumerable.Range(0, 10_000), async (_, stop) =>
            Assert.Equal(200, (await service.SendAsync(new(HttpMethod.Get, "/api/v1/keys")).WaitAsync(Patience, stop))?.Status));
        Assert.True(await DroppedAsync(service) > 0);
        await fleet.WriteAsync(service, 0);
        await fleet.ComeToRestAsync(service, 1);
        (await Verdict.OfAsync(fleet, service)).Demand();

        await service.StopAsync(Grace);
        Assert.Equal(0, service.ExitCode);
    }

    private static async Task<double> DroppedAsync(ServiceProcess service)
    {
        var scrape = await Scrape.OfAsync(async path => (await service.SendAsync(new(HttpMethod.Get, path)).WaitAsync(Patience))!);
        Assert.Equal(1, scrape.Count("forwarder_log_lines_dropped_total"));
        return scrape.Sum("forwarder_log_lines_dropped_total");
    }
}
