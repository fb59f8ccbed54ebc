using Iterable.Client;

namespace IterableForwarder.Hosting;

/// <summary>Warns of addresses of Iterable that keys and members would travel to without encryption.</summary>
internal static partial class PlainAddresses
{
    public static void Warn(IterableClientOptions options, ILogger log)
    {
        if (IsPlain(options.Us)) Unencrypted(log, "Iterable__Endpoints__us", options.Us.Host);
        if (IsPlain(options.Eu)) Unencrypted(log, "Iterable__Endpoints__eu", options.Eu.Host);
    }

    /// <summary>On this machine nobody listens in between.</summary>
    private static bool IsPlain(Uri address) => address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback;

    [LoggerMessage(1193, LogLevel.Warning, "{Setting} is an http:// address: API keys and members travel to {Host} without encryption. Use https://")]
    private static partial void Unencrypted(ILogger logger, string setting, string host);
}
