using System.Globalization;

namespace IterableForwarder.Hosting;

/// <summary>The files that the process may have open, connections among them. A process that has no more of them cannot even start a thread.</summary>
/// <param name="Limit">As the kernel keeps it: ulimit -n, or LimitNOFILE of systemd.</param>
/// <param name="Open">How many are open.</param>
internal sealed record OpenFiles(long Limit, int Open)
{
    /// <summary>For the database, calls to Iterable and the runtime, and for connections that are accepted before they are refused.</summary>
    public const int Reserve = 100;

    private const string LimitsFile = "/proc/self/limits";
    private const string NameOfLimit = "Max open files";

    /// <summary>What is left for connections; negative where not even the reserve has room.</summary>
    public long Left => Limit - Open - Reserve;

    /// <summary>What is left, and where that is next to nothing a quarter of what is free: a service that nobody can reach helps nobody.</summary>
    public long ForConnections => Math.Max(Left, Math.Max(1, (Limit - Open) / 4));

    /// <summary>Null where the operating system does not say, or sets no limit.</summary>
    public static OpenFiles? Look()
    {
        try
        {
            return LimitIn(File.ReadLines(LimitsFile)) is { } limit ? new(limit, Directory.EnumerateFileSystemEntries("/proc/self/fd").Count()) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The soft limit: the runtime raises it to the hard one when it starts.</summary>
    internal static long? LimitIn(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => line.StartsWith(NameOfLimit, StringComparison.Ordinal)) is { } line
        && long.TryParse(line[NameOfLimit.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(), CultureInfo.InvariantCulture, out var limit)
            ? limit
            : null;
}
