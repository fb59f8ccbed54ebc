namespace Iterable.Sandbox.Projects;

/// <summary>A bucket of <paramref name="Calls"/> tokens that fills up evenly within <paramref name="PerSeconds"/>.</summary>
/// <param name="Calls">The size of the bucket, 1 or more: so many calls may come at once.</param>
/// <param name="PerSeconds">How long an empty bucket takes to fill, above 0.</param>
public sealed record RateLimit(int Calls, double PerSeconds = 1)
{
    internal void Check(string name)
    {
        if (Calls < 1 || PerSeconds is not > 0) throw new ArgumentException($"limits.{name}: calls must be 1 or more and perSeconds above 0");
    }
}
