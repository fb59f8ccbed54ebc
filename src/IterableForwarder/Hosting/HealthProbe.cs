namespace IterableForwarder.Hosting;

/// <summary>
/// <c>IterableForwarder --health</c>: asks the service beside it whether it is ready, for images that have neither a shell nor curl.
/// Exit code 0 for ready, 1 for anything else.
/// </summary>
internal static class HealthProbe
{
    private const string Switch = "--health";

    /// <summary>A probe that hangs is a failed one, and must end before the next begins.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static bool IsAskedFor(string[] args) => args.Contains(Switch, StringComparer.OrdinalIgnoreCase);

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
            using var response = await http.GetAsync(AddressIn(UrlsOf(args)));
            if (response.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync($"HTTP {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        return 1;
    }

    /// <summary>The first plain-HTTP address the service listens on, as this machine reaches it.</summary>
    internal static Uri AddressIn(string urls)
    {
        var candidates = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var plain = Array.Find(candidates, url => url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            ?? throw new UriFormatException($"The health check needs an http:// address to ask, and '{urls}' has none.");
        var address = BindingAddress.Parse(plain);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : address.Host;
        return new Uri($"http://{host}:{address.Port}/health/ready");
    }

    /// <summary>Read where the service itself reads it.</summary>
    private static string UrlsOf(string[] args)
    {
        var settings = new ConfigurationBuilder()
            .AddEnvironmentVariables()
            .AddEnvironmentVariables("DOTNET_")
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddCommandLine([.. args.Where(a => !IsAskedFor([a]))])
            .Build();
        return settings[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? urls : ForwarderHost.DefaultUrl;
    }
}
