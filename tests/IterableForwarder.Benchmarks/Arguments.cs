using System.Globalization;

namespace IterableForwarder.Benchmarks;

/// <summary>What follows the name of a scenario: <c>--name value</c>, whole numbers all.</summary>
internal sealed class Arguments(string[] arguments)
{
    private readonly Dictionary<string, int> _values = arguments.Chunk(2).ToDictionary(a => a[0], a => int.Parse(a[1], CultureInfo.InvariantCulture));

    public int Get(string name, int otherwise) => _values.GetValueOrDefault($"--{name}", otherwise);
}
