using IterableForwarder.Tests.Hosting;


namespace IterableForwarder.Tests.Security;

public sealed class KeyTests
{
    private const string Path = "/api/v1/keys";

    [Fact]
    public async Task A_key_is_shown_once_grants_what_it_is_for_and_can_be_revoked()
    {
        await using var host = await TestService.StartAsync();
        var response = await host.PostAsync(Path, """{"name":"second operator","kind":"operator"}""");
        var made = response.Expect(201);
        var (id, key) = ((string)made["id"]!, (string)made["key"]!);
        Assert.Matches("^ifk_[A-Za-z0-9_-]{43}$", key);
        Assert.Equal(key[^4..], (string?)made["hint"]);
        Assert.Equal("[]", made["projectIds"]!.ToJsonString());
        Assert.True(response.Headers.CacheControl!.NoStore);

        var shown = (await host.GetAsync(response.Headers.Location!.ToString())).Expect(200);
        Assert.Equal(["createdAt", "hint", "id", "kind", "name", "projectIds"], shown.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.Single((await host.GetAsync(Path)).Expect(200)["items"]!.AsArray());
        async Task<int> StatusAsync() => (await host.SendAsync(HttpMethod.Get, Path, authorization: $"Bearer {key}")).Status;

        Assert.Equal(200, await StatusAsync());
        (await host.DeleteAsync($"{Path}/{id}")).Expect(204);
        Assert.Equal(401, await StatusAsync());
        (await host.DeleteAsync($"{Path}/{id}")).ExpectProblem(404);
        (await host.GetAsync($"{Path}/{id}")).ExpectProblem(404);
        (await host.GetAsync($"{Path}/nonsense")).ExpectProblem(404);
    }

    [Fact]
    public async Task Actions_are_recorded_with_the_name_of_the_key()
    {
        await using var host = await TestService.StartAsync();
        var key = (string)(await host.PostAsync(Path, """{"name":"Ann","kind":"operator"}""")).Expect(201)["key"]!;
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var paused = await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/pause", authorization: $"Bearer {key}");
        Assert.Equal("Ann", (string?)paused.Expect(200)["heldBy"]);
    }

    [Theory]
    [InlineData("""{}""", "kind,name")]
    [InlineData("""{"name":"a","kind":"root"}""", "kind")]
    [InlineData("""{"name":"a","kind":"ingest","projectIds":["0199c0de7a3b7c1e8f0a1b2c3d4e5f60",null]}""", "projectIds[0],projectIds[1]")]
    [InlineData("""{"name":"a","kind":"ingest","projectIds":"all"}""", "projectIds")]
    public async Task An_invalid_key_is_refused(string body, string paths)
    {
        await using var host = await TestService.StartAsync();
        Assert.Equal(paths.Split(','), (await host.PostAsync(Path, body)).ExpectErrors());
    }

    [Theory]
    [InlineData("operator")]
    [InlineData("metrics")]
    public async Task Only_an_ingest_key_can_be_limited_to_projects(string kind)
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        Assert.Equal(["projectIds"], (await host.PostAsync(Path, $$"""{"name":"a","kind":"{{kind}}","projectIds":["{{project}}"]}""")).ExpectErrors());
    }
}
