using IterableForwarder.CrashHost;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

public sealed class ClockTests
{
    [Theory]
    [InlineData(Step.CallWritten)]
    [InlineData(Step.BeforeSettle)]
    [InlineData(Step.Accepted)]
    public async Task After_a_kill_and_a_clock_set_back_an_hour_nothing_waits_an_hour_and_the_last_accepted_wins(string step)
    {
        await using var fleet = await Fleet.StartAsync(new Random(6));
        await using (var service = fleet.Launch(("Crash:At", $"{step}:5")))
        {
            Assert.True(await service.IsReadyAsync(), service.Output);
            await WriteAsync(fleet, service, 0, CancellationToken.None);
            Assert.True(await service.EndsWithinAsync(TimeSpan.FromSeconds(30)));
        }

        await using var restarted = await fleet.StartServiceAsync(ServiceProcess.CrashHost, ("Crash:ClockOffset", "-01:00:00"));
        using var enough = new CancellationTokenSource();
        var before = fleet.Accepted;
        var writing = WriteAsync(fleet, restarted, 1, enough.Token);
        await Eventually.TrueAsync(() => fleet.Accepted > before + 20);
        await enough.CancelAsync();
        await writing;

        await fleet.ComeToRestAsync(restarted, 2);
        (await Verdict.OfAsync(fleet, restarted)).Demand();
    }

    /// <summary>Without mParticle's messages: they carry a time, and one that is far ahead of the service's clock is not believed.</summary>
    private static Task WriteAsync(Fleet fleet, ServiceProcess service, int era, CancellationToken stop) =>
        Task.WhenAll(fleet.Writers.OfType<MembersWriter>().Select(w => Task.Run(() => w.WriteAsync(service, era, stop), CancellationToken.None)));
}
