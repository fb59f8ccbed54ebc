using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class PauseTests
{
    [Fact]
    public async Task A_connection_that_is_paused_while_its_backlog_is_read_sends_nothing()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (paused, list) = await pipeline.ConnectAsync();
        var (other, otherList) = await pipeline.ConnectAsync();
        var (delivery, journal) = await ExchangedDelivery.WithFaultyJournalAsync(pipeline);
        await using var _ = delivery;
        var waiting = await pipeline.PostAsync(paused, Wire.Add("a@x.com"));
        journal.WhileReading = () =>
        {
            journal.WhileReading = null;
            pipeline.Service.PostAsync($"/api/v1/connections/{paused}/pause").GetAwaiter().GetResult().Expect(200);
        };

        await delivery.StartAsync();
        await Eventually.TrueAsync(() => journal is { BacklogReads: > 0, WhileReading: null });
        await pipeline.CompletedAsync(await pipeline.PostAsync(other, Wire.Add("b@x.com")));
        await delivery.StopAsync();

        Assert.Equal(["b@x.com"], pipeline.EmailsOn(otherList));
        Assert.Equal("pending", (string)(await pipeline.BatchAsync(waiting))["state"]!);
        Assert.Empty(pipeline.EmailsOn(list));
    }
}
