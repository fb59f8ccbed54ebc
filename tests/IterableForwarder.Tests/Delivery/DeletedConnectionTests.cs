using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class DeletedConnectionTests
{
    [Fact]
    public async Task What_comes_after_a_deleted_connection_goes_to_its_own_list()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (first, firstList) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(first, Wire.Add("first@x.com")));
        (await pipeline.Service.DeleteAsync($"/api/v1/connections/{first}")).Expect(204);

        var (second, secondList) = await pipeline.ConnectAsync();
        await pipeline.CompletedAsync(await pipeline.PostAsync(second, Wire.Add("second@x.com")));

        Assert.Equal(["first@x.com"], pipeline.EmailsOn(firstList));
        Assert.Equal(["second@x.com"], pipeline.EmailsOn(secondList));
    }
}
