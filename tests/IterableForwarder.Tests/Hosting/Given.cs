using System.Globalization;

namespace IterableForwarder.Tests.Hosting;

/// <summary>What whoever runs the tests asks for by a variable of the environment.</summary>
internal static class Given
{
    /// <summary>Null where it is not set, or is no number.</summary>
    public static int? Number(string variable) => int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
