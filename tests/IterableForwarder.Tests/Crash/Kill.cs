using IterableForwarder.CrashHost;

namespace IterableForwarder.Tests.Crash;

/// <summary>How one life of the service ends.</summary>
/// <param name="At">The step it dies at; null for a moment of its own.</param>
/// <param name="Pass">The time it comes by there, or milliseconds.</param>
/// <param name="WhileStarting">Whether those are counted from its start, and not from when it is ready.</param>
internal sealed record Kill(string? At, int Pass, bool WhileStarting = false)
{
    private const int MaxMilliseconds = 700;

    /// <summary>As many as asked for, each step among them as often as there is room, in any order; the rest at random moments.</summary>
    public static Kill[] Plan(int count, Random random)
    {
        var rounds = Math.Max(1, count * 2 / 3 / Step.All.Count);
        var kills = Enumerable.Repeat(Step.All, rounds).SelectMany(s => s).Select(s => new Kill(s, PassOf(s, random))).Take(count).ToList();
        while (kills.Count < count) kills.Add(new(null, random.Next(MaxMilliseconds), WhileStarting: random.Next(4) == 0));
        var plan = kills.ToArray();
        random.Shuffle(plan);
        return plan;
    }

    private static int PassOf(string step, Random random) => random.Next(1, step switch
    {
        Step.Load or Step.Backlog or Step.BeforeStage or Step.InStage or Step.Staged => 1,
        Step.BeforeAccept or Step.InAccept or Step.Accepted or Step.Answered => 40,
        _ => 12,
    } + 1);
}
