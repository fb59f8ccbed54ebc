using System.Net;
using Iterable.Client.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Iterable.Client;

/// <summary>Registration of the client.</summary>
public static class ServiceCollectionExtensions
{
    private const string ClientName = "Iterable";

    /// <summary>
    /// Registers <see cref="IterableClient"/> on IHttpClientFactory with its time-out, quick retries and budget. Options may
    /// also be configured elsewhere, before or after; registering twice adds nothing but its configuration. Time is taken
    /// from a registered <see cref="TimeProvider"/>, or else from the system.
    /// </summary>
    public static IHttpClientBuilder AddIterableClient(this IServiceCollection services, Action<IterableClientOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<IterableClientOptions>, IterableClientOptionsValidator>());
        services.AddOptions<IterableClientOptions>().ValidateOnStart();
        if (configure is not null)
            services.Configure(configure);

        bool isRegistered = services.Any(service => service.ServiceType == typeof(IterableClient));
        var builder = services.AddHttpClient(ClientName);
        return isRegistered ? builder : builder.AddHandlers().AddClient();
    }

    // From the outside in: retries, each of which pays from the budget, and only then starts its clock.
    private static IHttpClientBuilder AddHandlers(this IHttpClientBuilder builder) => builder
        .AddPolicyHandler((services, request) => QuickRetry.PolicyFor(request, OptionsOf(services)))
        .AddHttpMessageHandler(() => new BudgetHandler())
        .AddHttpMessageHandler(services =>
            new AttemptHandler(OptionsOf(services).AttemptTimeout, services.GetRequiredService<TimeProvider>()))
        .UseSocketsHttpHandler((handler, _) => Configure(handler))
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers();

    private static IHttpClientBuilder AddClient(this IHttpClientBuilder builder) => builder
        .ConfigureHttpClient((services, http) =>
        {
            http.Timeout = Timeout.InfiniteTimeSpan;
            if (OptionsOf(services).UserAgent is { } userAgent)
                http.DefaultRequestHeaders.UserAgent.ParseAdd(userAgent);
        })
        .AddTypedClient((http, services) =>
            new IterableClient(http, OptionsOf(services), services.GetRequiredService<TimeProvider>()));

    private static IterableClientOptions OptionsOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<IterableClientOptions>>().Value;

    // Connections are renewed here, to follow DNS, and not by rotating handlers: a client may be held for long.
    private static void Configure(SocketsHttpHandler handler)
    {
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.All;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2);
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(5);

        // One handler serves all projects: what one is handed as a cookie is not for the others.
        handler.UseCookies = false;
    }
}
