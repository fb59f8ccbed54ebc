using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

public sealed class StopTests
{
    /// <summary>What whoever runs the service grants it before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(FaultKind.Delay)]
    [InlineData(FaultKind.Hang)]
    public async Task Stopped_during_writes_while_Iterable_is_slow_it_ends_with_code_0_and_loses_nobody(FaultKind slow)
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        fleet.Sandbox.State.AddFault(new Fault { Kind = slow, DelayMilliseconds = 1000, Path = "/api/lists/*" });
        await using (var service = await fleet.StartServiceAsync(ServiceProcess.Forwarder, ("Iterable:AttemptTimeout", "00:00:08")))
        {
            var writing = fleet.WriteAsync(service, 0);
            await Eventually.TrueAsync(() => fleet.Accepted > 50 && fleet.Sandbox.State.CallsReceived() > 2);

            await service.StopAsync(Grace);

            Assert.Equal(0, service.ExitCode);
            await writing;
        }

        // what is left must be seen before it is sent: a machine with much to do may be slower to ask than to send
        fleet.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/*" });
        await using var restarted = await fleet.StartServiceAsync();
        Assert.NotEqual(0, await fleet.PendingAsync(restarted));
        await fleet.ComeToRestAsync(restarted, 1);
        (await Verdict.OfAsync(fleet, restarted)).Demand();
    }
}
