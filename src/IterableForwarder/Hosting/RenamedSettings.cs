namespace IterableForwarder.Hosting;

/// <summary>Settings that have another name by now. The old name still works, and the log says at each start what to write instead.</summary>
internal static partial class RenamedSettings
{
    /// <summary>The old names, and the names of today, as configuration keys.</summary>
    public static IReadOnlyList<(string Old, string New)> All { get; } =
    [
        ("Delivery:MostLoadedBytes", "Delivery:MaxLoadedBytes"),
        ("Delivery:MostCallsInFlight", "Delivery:MaxCallsInFlight"),
        ("Delivery:FirstBackOff", "Delivery:MinBackOff"),
        ("Delivery:LongestBackOff", "Delivery:MaxBackOff"),
    ];

    /// <summary>Gives each value that has an old name the name of today. A value under the name of today wins.</summary>
    public static void Apply(IConfigurationManager configuration)
    {
        var values = Used(configuration).Where(name => configuration[name.New] is null).ToDictionary(name => name.New, name => configuration[name.Old]);
        if (values.Count > 0) configuration.AddInMemoryCollection(values);
    }

    /// <summary>Says which old names are used.</summary>
    public static void Warn(IConfiguration configuration, ILogger log)
    {
        foreach (var (old, name) in Used(configuration)) SettingRenamed(log, VariableOf(old), VariableOf(name));
    }

    private static IEnumerable<(string Old, string New)> Used(IConfiguration configuration) => All.Where(name => configuration[name.Old] is not null);

    /// <summary>As it is written in the environment.</summary>
    private static string VariableOf(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    [LoggerMessage(1006, LogLevel.Warning, "The setting {Old} is now called {New}. The old name still works; use the new one")]
    private static partial void SettingRenamed(ILogger logger, string old, string @new);
}
