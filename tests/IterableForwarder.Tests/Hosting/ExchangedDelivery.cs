using IterableForwarder.Delivery;
using IterableForwarder.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IterableForwarder.Tests.Hosting;

/// <summary>Delivery in the place of the service's own, with one of its tools exchanged.</summary>
internal sealed class ExchangedDelivery : IAsyncDisposable
{
    private readonly DeliveryService _delivery;

    private ExchangedDelivery(DeliveryService delivery) => _delivery = delivery;

    /// <summary>Stops the service's own; the other does not run yet.</summary>
    public static async Task<ExchangedDelivery> CreateAsync(Pipeline pipeline, Func<DeliveryTools, DeliveryTools> exchange)
    {
        var services = pipeline.Service.Services;
        await services.GetServices<IHostedService>().OfType<DeliveryService>().Single().StopAsync(CancellationToken.None);
        var tools = exchange(services.GetRequiredService<DeliveryTools>());
        return new(new DeliveryService(tools, services.GetRequiredService<JournalReadiness>(), () => new Random()));
    }

    /// <summary>With a journal that can be made to fail.</summary>
    public static async Task<(ExchangedDelivery Delivery, FaultyJournal Journal)> WithFaultyJournalAsync(Pipeline pipeline)
    {
        FaultyJournal journal = null!;
        var delivery = await CreateAsync(pipeline, tools => tools with { Journal = journal = new FaultyJournal(tools.Journal) });
        return (delivery, journal);
    }

    public Task StartAsync() => _delivery.StartAsync(CancellationToken.None);

    /// <summary>Returns once nothing is sent any more.</summary>
    public Task StopAsync() => _delivery.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _delivery.Dispose();
    }
}
