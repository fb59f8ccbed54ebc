using CsCheck;

namespace IterableForwarder.Tests.Model;

/// <summary>Runs programs. One that fails is made as short as it goes and told as a story, with the seed to run it again.</summary>
internal static class Story
{
    /// <summary>What making a story shorter may take.</summary>
    private static readonly TimeSpan Effort = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(PCG seed)
    {
        var name = seed.ToString();
        var program = Programs.All.Generate(seed, null, out _);
        if (await FailureOfAsync(program) is not { } failure) return;
        var (shortest, why) = await ShortenAsync(program, failure);
        var lines = shortest.Select((step, i) => $"  {i + 1}. {step}");
        Assert.Fail($"seed {name} ({program.Length} steps, shortened to {shortest.Length}):\n{string.Join('\n', lines)}\nThen: {why}");
    }

    /// <summary>Null when all is well.</summary>
    private static async Task<string?> FailureOfAsync(IReadOnlyList<Step> program)
    {
        await using var world = await ModelWorld.StartAsync();
        try
        {
            foreach (var step in program)
            {
                await world.TakeAsync(step);
                await Verdict.AssertAccountsAddUpAsync(world);
                world.Watch.AssertNothingLeft(world.Iterable);
                await Watch.AssertWaitsAreExplainedAsync(world);
            }
            await world.HealAsync();
            await world.RestAsync();
            await Verdict.AssertAccountsAddUpAsync(world);
            await Verdict.AssertAllIsWellAsync(world);
            if (program.All(IsCalm)) Verdict.AssertNobodyIsToldTwice(world);
            return null;
        }
        catch (Exception failure)
        {
            return failure.ToString();
        }
    }

    /// <summary>No call is lost or has to be searched for members that were refused beside others that were taken.</summary>
    private static bool IsCalm(Step step) => step is Step.Post or Step.Crowd or Step.Repeat or Step.Pause or Step.Resume or Step.SwitchList or Step.Rest or Step.Poison
        or Step.SetClock or Step.SecondStart or Step.Flood;

    /// <summary>Leaves out whatever the failure does not need: first steps, then changes.</summary>
    private static async Task<(Step[] Program, string Failure)> ShortenAsync(Step[] program, string failure)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var shorter = true; shorter;)
        {
            shorter = false;
            foreach (var candidate in ShorterThan(program))
            {
                if (TimeProvider.System.GetElapsedTime(start) > Effort) return (program, failure);
                if (await FailureOfAsync(candidate) is not { } again) continue;
                (program, failure, shorter) = (candidate, again, true);
                break;
            }
        }
        return (program, failure);
    }

    private static IEnumerable<Step[]> ShorterThan(Step[] program)
    {
        for (var i = program.Length - 1; i >= 0; i--) yield return [.. program[..i], .. program[(i + 1)..]];
        for (var i = 0; i < program.Length; i++)
        {
            if (program[i] is not Step.Post post || post.Changes.Length < 2) continue;
            for (var c = 0; c < post.Changes.Length; c++) yield return [.. program[..i], post with { Changes = [.. post.Changes[..c], .. post.Changes[(c + 1)..]] }, .. program[(i + 1)..]];
        }
    }
}
