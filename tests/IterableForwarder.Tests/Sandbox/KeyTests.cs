using Iterable.Sandbox;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class KeyTests : SandboxTest
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("my-revoked-key")]
    public async Task A_key_that_is_missing_or_revoked_is_answered_with_401(string? key)
    {
        var answer = await GetAsync("/api/lists", key);

        Assert.Equal((401, "BadApiKey"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_key_with_forbidden_in_its_name_is_answered_with_403()
    {
        var answer = await GetAsync("/api/lists", "my-forbidden-key");

        Assert.Equal((403, "Forbidden"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Any_other_key_is_a_hybrid_project_of_its_own()
    {
        State.AddList("one", "First");
        State.AddList("two", "Second");

        Assert.Contains("First", (await GetAsync("/api/lists", "one")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("First", (await GetAsync("/api/lists", "two")).Text, StringComparison.Ordinal);
        Assert.Equal(ProjectType.Hybrid, State.Settings("one").Type);
    }

    [Fact]
    public async Task A_key_revoked_later_is_refused_until_it_works_again()
    {
        State.Configure(Key, settings => settings with { Revoked = true });
        Assert.Equal(401, (await GetAsync("/api/lists")).Status);

        State.Configure(Key, settings => settings with { Revoked = false });
        Assert.Equal(200, (await GetAsync("/api/lists")).Status);
    }

    [Fact]
    public async Task A_path_can_be_forbidden_alone()
    {
        State.Configure(Key, settings => settings with { ForbiddenPaths = ["/api/events/*"] });

        Assert.Equal(403, (await PostAsync("/api/events/trackBulk", "{\"events\":[]}")).Status);
        Assert.Equal(200, (await GetAsync("/api/lists")).Status);
    }

    [Fact]
    public async Task Unknown_keys_can_be_refused()
    {
        var options = new SandboxOptions { AcceptUnknownKeys = false, Projects = new Dictionary<string, ProjectSettings> { ["known"] = new() { Type = ProjectType.Email } } };
        await using var strict = await SandboxServer.StartAsync(options);
        using var http = new HttpClient(new SocketsHttpHandler());
        http.DefaultRequestHeaders.Add("Api-Key", "unknown");

        using var answer = await http.GetAsync(new Uri(strict.BaseAddress, "/api/lists"));

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Equal(ProjectType.Email, strict.State.Settings("known").Type);
        Assert.False(strict.State.Settings("known").Revoked);
    }

    [Fact]
    public async Task An_endpoint_that_does_not_exist_is_answered_with_404()
    {
        var answer = await GetAsync("/api/campaigns");

        Assert.Equal((404, "NotFound"), (answer.Status, answer.Code));
    }
}
