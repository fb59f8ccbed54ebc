using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Ingress;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>What the most costly bodies of each format take of the processor, until they are answered, in a process of its own.</summary>
[Trait("Category", "Nightly")]
public sealed class G9_Processor_time : CostlyBodyTests
{
    private const double MaxSecondsPerMegabyte = 2;
    private const int Times = 5;

    private protected override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        // what is accepted waits: to deliver it counts for each member
        Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe" });
        Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/events/trackBulk" });
    }

    [Theory]
    [MemberData(nameof(CostlyBodies.Kinds), MemberType = typeof(CostlyBodies))]
    public async Task A_body_takes_at_most_2_s_for_each_megabyte(string kind)
    {
        var bytes = 0;
        var least = double.MaxValue;
        // the first ones have the code compiled, and what else runs on the machine makes each a little slower
        for (var i = 0; i < Times; i++)
        {
            var before = Service.ProcessorTime;
            bytes = await PostAsync(kind, 200, 202);
            least = Math.Min(least, (Service.ProcessorTime - before).TotalSeconds);
        }

        Assert.True(least <= MaxSecondsPerMegabyte * bytes / 1e6, $"{bytes} bytes took {least:F2} s, {least / bytes * 1e6:F2} s for each megabyte");
    }
}
