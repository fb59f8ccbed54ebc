using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Journal;

public sealed class DeletedConnectionTests
{
    [Fact]
    public async Task A_connection_created_after_another_was_deleted_feeds_its_own_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (first, firstList) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(first, Wire.Add("ann@example.com")));
        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{first}")).Expect(204);

        var (second, secondList) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(second, Wire.Add("ben@example.com")));

        Assert.Equal(["ann@example.com"], pipeline.EmailsOn(firstList));
        Assert.Equal(["ben@example.com"], pipeline.EmailsOn(secondList));
    }
}
