using System.Text;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Identity;

/// <summary>
/// The top-level domains of the root zone. Commons Validator carries IANA's list of its release date; the sandbox carries the file
/// that IANA publishes, https://data.iana.org/TLD/tlds-alpha-by-domain.txt, whose first line says its version.
/// </summary>
internal static class TopLevelDomains
{
    private const string Resource = "Iterable.Sandbox.Identity.tlds-alpha-by-domain.txt";

    private static readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> Known = Read().GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Expects lower case and no dot; an internationalized domain in its form with <c>xn--</c>.</summary>
    public static bool Contains(ReadOnlySpan<byte> domain) => Known.Contains(domain);

    private static HashSet<byte[]> Read()
    {
        using var reader = new StreamReader(typeof(TopLevelDomains).Assembly.GetManifestResourceStream(Resource)!);
        var domains = new HashSet<byte[]>(Utf8Keys.Instance);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#')) domains.Add(Encoding.ASCII.GetBytes(line.ToLowerInvariant()));
        }
        return domains;
    }
}
