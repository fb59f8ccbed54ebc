using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>What happens on a day, one thing after the other.</summary>
/// <param name="Name">For the message of a failure.</param>
/// <param name="Acts">What is done.</param>
internal sealed record FaultyScript(string Name, IReadOnlyList<FaultyScript.Act> Acts)
{
    private const int People = 4;

    /// <summary>Two batches, a pause between them, a member who enters and leaves, one who only enters.</summary>
    public static FaultyScript OfEveryDay { get; } = new(
        "every day",
        [
            new Act.Accept([("stays@x.com", true), ("leaves@x.com", true)]),
            new Act.Switch("pause"),
            new Act.Accept([("leaves@x.com", false), ("comes@x.com", true)]),
            new Act.Switch("resume"),
        ]);

    /// <summary>Another day for each seed.</summary>
    public static FaultyScript Of(int seed)
    {
        var random = new Random(seed);
        return new($"day {seed}", [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => ActOf(random))]);
    }

    private static Act ActOf(Random random) => random.Next(9) switch
    {
        0 => new Act.Switch("pause"),
        1 => new Act.Switch("resume"),
        2 => new Act.Rename($"VIP {random.Next(100)}"),
        3 => new Act.Look(),
        _ => new Act.Accept([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => ($"p{random.Next(People)}@x.com", random.Next(2) == 0))]),
    };

    /// <summary>One thing that is done over HTTP.</summary>
    internal abstract record Act
    {
        internal sealed record Accept(IReadOnlyList<(string Email, bool Adds)> Changes) : Act
        {
            public string Json => $$"""{"changes":[{{string.Join(',', Changes.Select(c => c.Adds ? Wire.Add(c.Email) : Wire.Remove(c.Email)))}}]}""";
        }

        /// <summary>Pauses or resumes.</summary>
        internal sealed record Switch(string Operation) : Act;

        internal sealed record Rename(string Name) : Act;

        /// <summary>Searches for a person, and asks what a replay would do.</summary>
        internal sealed record Look : Act;
    }
}
