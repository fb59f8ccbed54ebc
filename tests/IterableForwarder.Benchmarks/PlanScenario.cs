using System.Diagnostics;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;

namespace IterableForwarder.Benchmarks;

/// <summary>
/// What planning a plain member and building its part of a request costs, in CPU and not in time, so that versions can be compared while
/// others use the machine.
/// </summary>
internal static class PlanScenario
{
    private const int Entries = 30;
    private const int PerEntry = 1000;
    private const int Repeats = 40;

    private static readonly EntryRule Rule = new(1, new(ProjectType.Hybrid, IdentityRule.CustomerId, []));
    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);
    private static readonly CallTarget Target = new(1, CallSettings.Default, false);

    /// <param name="rounds">The first ones warm up.</param>
    /// <param name="output">Gets a line for each round.</param>
    public static void Run(int rounds, TextWriter output)
    {
        var chunks = Enumerable.Range(0, Entries).Select(ChunkOf).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            var cost = new double[4];
            var allocated = GC.GetTotalAllocatedBytes(precise: true);
            for (var i = 0; i < Repeats; i++) Plan(chunks, cost);
            var members = (double)Repeats * Entries * PerEntry;
            var ns = cost.Select(c => c / members * 1e9).ToArray();
            var bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / members;
            output.WriteLine(FormattableString.Invariant($"CPU-ns a member: fold {ns[0]:F0}   take {ns[1]:F0}   build {ns[2]:F0}   complete {ns[3]:F0}   all {ns.Sum():F0}; {bytes:F0} bytes allocated"));
        }
    }

    private static void Plan(Chunk[] chunks, double[] cost)
    {
        var planner = new CallPlanner();
        var taken = new List<PlannedCall>();
        Measure(ref cost[0], () =>
        {
            for (var i = 0; i < chunks.Length; i++) planner.Fold(new PlannedEntry(i, Rule.Mapping, chunks[i].Changes, new byte[PerEntry]));
        });
        Measure(ref cost[1], () =>
        {
            while (planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths) is { } call) taken.Add(call);
        });
        Measure(ref cost[2], () => taken.ForEach(call => Calls.Build(call, Target)));
        Measure(ref cost[3], () =>
        {
            foreach (var node in taken.SelectMany(c => c.Nodes)) planner.Complete(node);
        });
    }

    private static void Measure(ref double cost, Action step)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        step();
        process.Refresh();
        cost += (process.TotalProcessorTime - before).TotalSeconds;
    }

    private static Chunk ChunkOf(int entry)
    {
        var builder = new ChunkBuilder(DateTimeOffset.UnixEpoch);
        for (var i = 0; i < PerEntry; i++)
        {
            var number = (entry * PerEntry) + i;
            builder.Add(new Change
            {
                Email = Encoding.UTF8.GetBytes($"member{number:D9}@example.com"),
                CustomerId = Encoding.UTF8.GetBytes($"c-{number:D9}"),
                Mpid = Encoding.UTF8.GetBytes($"{number + 4_000_000_000_000_000_000L}"),
            });
        }
        return builder.Seal(Rule);
    }
}
