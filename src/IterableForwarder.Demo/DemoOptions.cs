using System.Globalization;

namespace IterableForwarder.Demo;

/// <summary>What the demo was asked to do.</summary>
/// <param name="Once">End after printing instead of staying up.</param>
/// <param name="DataFolder">Where to keep the data; null for a temporary folder that is deleted at the end.</param>
/// <param name="Port">Where the service listens; 0 for any free port, for the sandbox too.</param>
internal sealed record DemoOptions(bool Once, string? DataFolder, int Port)
{
    public const int DefaultPort = 5080;

    public const string Usage =
        """
        Starts the service and a stand-in for Iterable, sends samples through, and shows what became of them.

          --once           end after printing; exit code 1 when the lists are not what they should be
          --data <folder>  keep the data there, instead of in a temporary folder that is deleted at the end
          --port <port>    where the service listens, 5080 by default; 0 for any free port
        """;

    /// <summary>Null when an argument is not understood.</summary>
    public static DemoOptions? Parse(string[] args)
    {
        var options = new DemoOptions(false, null, DefaultPort);
        for (var i = 0; i < args.Length; i++)
        {
            var next = i + 1 < args.Length ? args[i + 1] : null;
            if (args[i] == "--once") options = options with { Once = true };
            else if (args[i] == "--data" && next is not null) options = options with { DataFolder = args[++i] };
            else if (args[i] == "--port" && ushort.TryParse(next, CultureInfo.InvariantCulture, out var port)) (options, i) = (options with { Port = port }, i + 1);
            else return null;
        }
        return options;
    }
}
