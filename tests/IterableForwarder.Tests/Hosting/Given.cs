using System.Globalization;

namespace IterableForwarder.Tests.Hosting;

/// <summary>What whoever runs the tests asks for by a variable of the environment.</summary>
internal static class Given
{
    /// <summary>Null where it is not set.</summary>
    /// <exception cref="FormatException">It is no number: another seed than the one that was meant would tell nothing.</exception>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
