using IterableForwarder.CrashHost;
using IterableForwarder.Tests.Crash;
using IterableForwarder.Tests.Hosting;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// Accepted is durable, the last change wins, every member is accounted for: while the service is killed at every step between the
/// arrival of a request and the settling of its changes, and at random moments. A seed prints with the figures; set
/// <c>CRASH_SEED</c> to write, fail and kill after the same plan again. (The processes' own timing stays theirs.)
/// </summary>
public sealed class G1_G2_G4_Killed_at_every_step(ITestOutputHelper output)
{
    [Fact]
    public async Task Nobody_is_lost_or_wrong_after_twenty_kills() => await KillAsync(20);

    [Fact]
    [Trait("Category", "Nightly")]
    public async Task Nobody_is_lost_or_wrong_after_two_hundred_kills()
    {
        var report = await KillAsync(200);

        Assert.All(Step.All, step => Assert.Contains(step, report, StringComparison.Ordinal));
    }

    private async Task<string> KillAsync(int kills)
    {
        var seed = Given.Number("CRASH_SEED") ?? new Random().Next();
        output.WriteLine($"seed {seed}");
        var verdict = await CrashMatrix.RunAsync(kills, seed);
        output.WriteLine(verdict.Report);
        verdict.Demand();
        return verdict.Report;
    }
}
