using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Hosting;

/// <summary>Bounds the connections at once, so that idle ones do not take the files that the database, threads and calls need.</summary>
internal sealed partial class ConnectionLimit(IOptions<ServerOptions> options, ILogger<ConnectionLimit> log)
{
    private long _max = long.MaxValue;
    private long _open;
    private bool _isSet;

    public static void Add(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<ServerOptions>().Bind(builder.Configuration.GetSection(ServerOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ConnectionLimit>();
        builder.Services.AddSingleton<IConnectionListenerFactory, LimitedListeners>();
    }

    /// <summary>
    /// Sets the limit, once, and says it. To be called when the server begins to listen: the runtime keeps two files open for each assembly, and
    /// most are loaded by then.
    /// </summary>
    public void Set()
    {
        if (_isSet) return;
        _isSet = true;
        var files = OpenFiles.Look();
        if ((options.Value.MaxConnections ?? files?.ForConnections) is not { } max) return;
        _max = max;
        Limited(log, max);
        if (files is not null && files.Left < max) TooFewFiles(log, max, files.Limit, files.Open, OpenFiles.Reserve);
    }

    /// <summary>False where one more is too many.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= _max) return true;
        Leave();
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open);

    [LoggerMessage(1191, LogLevel.Information, "The service takes at most {MaxConnections} connections at once (Server__MaxConnections) and refuses those beyond")]
    private static partial void Limited(ILogger logger, long maxConnections);

    [LoggerMessage(1192, LogLevel.Warning,
        "The service takes up to {MaxConnections} connections (Server__MaxConnections), but the process may open {Limit} files only, of which {Open} are open and " +
        "{Reserve} are reserved. Raise the limit (LimitNOFILE of systemd, ulimit -n), or lower the setting")]
    private static partial void TooFewFiles(ILogger logger, long maxConnections, long limit, int open, int reserve);
}
