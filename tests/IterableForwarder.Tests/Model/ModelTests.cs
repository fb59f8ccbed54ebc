using System.Collections.Concurrent;
using CsCheck;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Model;

/// <summary>
/// Random programs through the real service against the simple model in <see cref="Ledger"/>. To run one again, set MODEL_SEED to
/// the seed that its story names.
/// </summary>
public sealed class ModelTests
{
    private const int AtOnce = 4;

    [Fact]
    public Task Whatever_happens_everybody_ends_where_the_last_change_puts_them() =>
        RunAsync(Environment.GetEnvironmentVariable("MODEL_SEED") is { } seed
            ? [PCG.Parse(seed)]
            : Enumerable.Range(0, 32).Select(i => new PCG(1, (ulong)i)));

    /// <summary>Other programs each time; MODEL_PROGRAMS says how many.</summary>
    [Fact]
    [Trait("Category", "Nightly")]
    public Task Whatever_happens_for_long_everybody_ends_where_the_last_change_puts_them()
    {
        var programs = Given.Number("MODEL_PROGRAMS") ?? 2000;
        return RunAsync(Enumerable.Range(0, programs).Select(_ => new PCG(2, PCG.ThreadPCG.Next64())));
    }

    private static async Task RunAsync(IEnumerable<PCG> seeds)
    {
        var failures = new ConcurrentQueue<string>();
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (seed, _) =>
        {
            try
            {
                if (failures.IsEmpty) await Story.RunAsync(seed);
            }
            catch (Exception failure)
            {
                failures.Enqueue(failure.Message);
            }
        });
        Assert.True(failures.IsEmpty, string.Join("\n\n", failures));
    }
}
