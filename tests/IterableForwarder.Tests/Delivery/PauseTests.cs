using IterableForwarder.Delivery;
using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class PauseTests
{
    [Fact]
    public async Task A_connection_that_is_paused_while_its_backlog_is_read_sends_nothing()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (paused, list) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var services = pipeline.Service.Services;
        await services.GetServices<IHostedService>().OfType<DeliveryService>().Single().StopAsync(CancellationToken.None);
        var journal = new FaultyJournal(services.GetRequiredService<IEntryJournal>());
        var waiting = await pipeline.PostAsync(paused, Wire.Add("a@x.com"));
        journal.WhileReading = () =>
        {
            journal.WhileReading = null;
            pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause").GetAwaiter().GetResult().Expect(200);
        };

        using var delivery = new DeliveryService(services.GetRequiredService<DeliveryTools>() with { Journal = journal }, services.GetRequiredService<JournalReadiness>(), () => new Random());
        await delivery.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => journal is { BacklogReads: > 0, WhileReading: null });
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));
        await delivery.StopAsync(CancellationToken.None);

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(otherList));
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(waiting))["state"]!);
        Assert.Empty(pipeline.EmailsOn(list));
    }
}
