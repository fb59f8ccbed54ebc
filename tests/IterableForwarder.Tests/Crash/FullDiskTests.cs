using System.Globalization;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Crash;

public sealed class FullDiskTests
{
    [Fact]
    public async Task While_the_disk_is_full_requests_get_503_and_afterwards_the_service_continues_and_has_lost_nobody()
    {
        await using var fleet = await Fleet.StartAsync(new Random(2));
        using var elsewhere = new TemporaryFolder();
        var quota = Path.Combine(elsewhere.Path, "quota");
        await using var service = await fleet.StartServiceAsync(ServiceProcess.CrashHost, ("Crash:QuotaFile", quota));
        using var enough = new CancellationTokenSource();
        var writing = fleet.WriteAsync(service, 0, enough.Token);
        await Eventually.TrueAsync(() => fleet.Accepted > 50);

        Fill(quota, TestStore.SizeIn(fleet.Folder) + 20);
        // writers check that each 503 says when to try again
        await Eventually.TrueAsync(() => fleet.Refused > 50);
        File.Delete(quota);
        var before = fleet.Accepted;
        await Eventually.TrueAsync(() => fleet.Accepted > before + 50);
        await enough.CancelAsync();
        await writing;

        await fleet.ComeToRestAsync(service, 1);
        (await Verdict.OfAsync(fleet, service)).Demand();
    }

    /// <summary>In one go, as the service may read it at any moment.</summary>
    private static void Fill(string quota, long pages)
    {
        File.WriteAllText(quota + ".new", pages.ToString(CultureInfo.InvariantCulture));
        File.Move(quota + ".new", quota);
    }
}
