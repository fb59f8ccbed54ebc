using IterableForwarder.Administration;
using IterableForwarder.Delivery;
using IterableForwarder.Ingress;
using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Hosting;

/// <summary>Makes every class of instruments at the start: those that nothing has used yet must be exported too, with 0.</summary>
internal sealed class MetricsStartup(IServiceProvider services) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<BookMetrics>();
        services.GetRequiredService<IngressMetrics>();
        services.GetRequiredService<LimitMetrics>();
        services.GetRequiredService<DeliveryMetrics>();
        services.GetRequiredService<HoldMetrics>();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
