using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Outcomes;

public sealed class BatchPageTests
{
    [Fact]
    public async Task A_limited_key_gets_full_pages_of_what_it_may_see()
    {
        await using var host = await TestService.StartAsync();
        var (own, other) = (await host.AddProjectAsync(), await host.AddProjectAsync("key-of-another"));
        var (mine, theirs) = (await host.AddConnectionAsync(own), await host.AddConnectionAsync(other));
        var key = $"Bearer {(await host.PostAsync("/api/v1/keys", $$"""{"name":"limited","kind":"ingest","projectIds":["{{own}}"]}""")).Expect(201)["key"]}";
        var accepted = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            accepted.Add(await PostAsync(host, mine));
            await PostAsync(host, theirs);
            await PostAsync(host, theirs);
        }
        accepted.Reverse();

        var seen = new List<string>();
        for (var (next, pages) = ("", 0); next is not null; pages++)
        {
            Assert.True(pages < 3);
            var page = await host.SendAsync(HttpMethod.Get, $"/api/v1/batches?limit=2{next}", authorization: key);
            Assert.Equal(2, page.Items.Count);
            seen.AddRange(page.Items.Select(b => (string)b!["id"]!));
            next = page.Json["next"] is { } after ? $"&after={after}" : null;
        }
        Assert.Equal(accepted, seen);
        Assert.Empty((await host.SendAsync(HttpMethod.Get, $"/api/v1/batches?connectionId={theirs}", authorization: key)).Items);
    }

    private static async Task<string> PostAsync(TestService host, string connection) =>
        (string)(await host.PostAsync($"/api/v1/connections/{connection}/members", """{"changes":[{"action":"add"}]}""")).Expect(202)["batchId"]!;
}
