using System.Globalization;

namespace IterableForwarder.Benchmarks;

/// <summary>What was asked for is not understood.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>What follows the name of a scenario: <c>--name value</c>, whole numbers all.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, int> _values = [];

    private Arguments(string[] arguments)
    {
        foreach (var pair in arguments.Chunk(2))
        {
            if (pair is not [['-', '-', .. var name], var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var value))
            {
                throw new UsageException($"{string.Join(' ', pair)}: not a name and a whole number.");
            }
            _values[name] = value;
        }
    }

    /// <exception cref="UsageException">One of them is not known, or is no number.</exception>
    public static T Read<T>(string[] arguments, Func<Arguments, T> parse)
    {
        var values = new Arguments(arguments);
        var options = parse(values);
        return values._values.Count == 0 ? options : throw new UsageException($"--{string.Join(", --", values._values.Keys)}: not known.");
    }

    public int Get(string name, int otherwise) => _values.Remove(name, out var value) ? value : otherwise;
}
