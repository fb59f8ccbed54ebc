using IterableForwarder.Tests.Hosting;
using WireMock.Matchers;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace IterableForwarder.Tests.Administration;

public sealed class ListNameTests : IDisposable
{
    private const string NoLists = """{"lists":[]}""";
    private const string Connections = "/api/v1/connections";

    private readonly WireMockServer _iterable = WireMockServer.Start();

    public void Dispose()
    {
        Assert.All(_iterable.LogEntries, e => Assert.True(e.MappingGuid is not null, $"unexpected call: {e.RequestMessage.Method} {e.RequestMessage.Path}"));
        _iterable.Stop();
        _iterable.Dispose();
    }

    [Fact]
    public async Task The_static_list_of_exactly_this_name_is_used()
    {
        Lists("""
            {"lists":[{"id":1,"name":"vip","listType":"Standard"},{"id":2,"name":"VIP","listType":"Dynamic"},
                      {"id":3,"name":"VIP","listType":"Standard"},{"id":4,"name":"VIP ","listType":"Standard"}]}
            """);
        await using var host = await StartAsync();
        var connection = (await PostAsync(host, await host.AddProjectAsync(), "VIP")).Expect(201);

        Assert.Equal(3, (long)connection["listId"]!);
        Assert.Equal("VIP", (string?)connection["listName"]);
        Assert.Null(host.Directory.ConnectionsOf(host.Directory.Projects.Single().Id).Single().ListCreatedAt);
        Assert.Equal(0, Made());
    }

    [Fact]
    public async Task A_missing_list_is_created_with_the_projects_key()
    {
        Lists(NoLists);
        Makes(123);
        await using var host = await StartAsync();
        var connection = (await PostAsync(host, await host.AddProjectAsync("the-iterable-key"), "VIP")).Expect(201);

        Assert.Equal(123, (long)connection["listId"]!);
        Assert.Equal("VIP", (string?)connection["listName"]);
        Assert.NotNull(host.Directory.ConnectionsOf(host.Directory.Projects.Single().Id).Single().ListCreatedAt);
        Assert.All(_iterable.LogEntries, e => Assert.Equal("the-iterable-key", e.RequestMessage.Headers!["Api-Key"].Single()));
    }

    [Fact]
    public async Task A_name_requested_many_times_at_once_creates_one_list()
    {
        Lists(NoLists);
        Makes(123);
        await using var host = await StartAsync();
        var project = await host.AddProjectAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(host, project, "VIP")));

        Assert.All(responses, a => Assert.Equal(123, (long)a.Expect(201)["listId"]!));
        Assert.Equal(1, Made());
    }

    [Theory]
    [InlineData(401, """{"msg":"Invalid API key the-iterable-key","code":"BadApiKey","params":null}""", "BadApiKey")]
    [InlineData(403, """{"msg":"No","code":"Forbidden","params":null}""", "Forbidden")]
    public async Task A_refusal_by_Iterable_is_passed_on_and_nothing_is_stored(int status, string body, string code)
    {
        _iterable.Given(Request.Create().WithPath("/api/lists").UsingGet()).RespondWith(Json(body).WithStatusCode(status));
        await using var host = await StartAsync();
        var response = await PostAsync(host, await host.AddProjectAsync("the-iterable-key"), "VIP");

        Assert.Contains(code, (string)response.ExpectProblem(502)["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain("the-iterable-key", response.Text, StringComparison.Ordinal);
        Assert.Equal("""{"items":[],"next":null}""", (await host.GetAsync(Connections)).Text);
    }

    [Fact]
    public async Task That_Iterable_cannot_be_reached_is_passed_on()
    {
        await using var host = await StartAsync("http://127.0.0.1:9");
        var project = await host.AddProjectAsync();
        Assert.Contains("ConnectionFailed", (string)(await PostAsync(host, project, "VIP")).ExpectProblem(502)["detail"]!, StringComparison.Ordinal);

        var check = (await host.PostAsync($"/api/v1/projects/{project}/check")).Expect(200);
        Assert.False((bool)check["ok"]!);
        Assert.Equal("ConnectionFailed", (string?)check["code"]);
    }

    [Fact]
    public async Task A_name_that_several_lists_have_is_refused()
    {
        Lists("""{"lists":[{"id":1,"name":"VIP","listType":"Standard"},{"id":2,"name":"VIP","listType":"Standard"}]}""");
        await using var host = await StartAsync();
        var problem = (await PostAsync(host, await host.AddProjectAsync(), "VIP")).ExpectProblem(409);
        Assert.Contains("1, 2", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replacement_resolves_a_new_name_and_keeps_a_known_one()
    {
        Lists("""{"lists":[{"id":1,"name":"VIP","listType":"Standard"},{"id":2,"name":"Gold","listType":"Standard"}]}""");
        await using var host = await StartAsync();
        var id = (string)(await PostAsync(host, await host.AddProjectAsync(), "VIP")).Expect(201)["id"]!;

        Assert.Equal(1, (long)(await host.PatchAsync($"{Connections}/{id}", """{"name":"B","listName":"VIP"}""")).Expect(200)["listId"]!);
        Assert.Single(_iterable.LogEntries);
        var shown = (await host.PatchAsync($"{Connections}/{id}", """{"listName":"Gold"}""")).Expect(200);
        Assert.Equal(2, (long)shown["listId"]!);
        Assert.Equal("Gold", (string?)shown["listName"]);
        (await host.PutAsync($"{Connections}/{id}", shown.ToJsonString())).Expect(200);
        Assert.Equal(["listName"], (await host.PatchAsync($"{Connections}/{id}", """{"listName":"Gold","listId":7}""")).ExpectErrors());
        Assert.Null((await host.PatchAsync($"{Connections}/{id}", """{"listId":7}""")).Expect(200)["listName"]);
    }

    [Fact]
    public async Task A_check_says_how_many_lists_the_key_shows_or_what_Iterable_said()
    {
        Lists("""{"lists":[{"id":1,"name":"VIP","listType":"Standard"},{"id":2,"name":"Gold","listType":"Dynamic"}]}""");
        _iterable.Given(Request.Create().WithPath("/api/lists").WithHeader("Api-Key", new ExactMatcher("revoked-key")).UsingGet()).AtPriority(-1)
            .RespondWith(Json("""{"msg":"Invalid API key: revoked-key","code":"BadApiKey","params":null}""").WithStatusCode(401));
        await using var host = await StartAsync();
        var good = await host.AddProjectAsync();
        var bad = await host.AddProjectAsync("revoked-key");

        Assert.Equal("""{"ok":true,"lists":2}""", (await host.PostAsync($"/api/v1/projects/{good}/check")).Text);
        var response = await host.PostAsync($"/api/v1/projects/{bad}/check");
        Assert.Equal("BadApiKey", (string?)response.Expect(200)["code"]);
        Assert.False((bool)response.Json["ok"]!);
        Assert.DoesNotContain("revoked-key", response.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(host.Logs, line => line.Contains("revoked-key", StringComparison.Ordinal));
    }

    private static IResponseBuilder Json(string body) => Response.Create().WithHeader("Content-Type", "application/json").WithBody(body);

    private static Task<ServiceResponse> PostAsync(TestService host, string project, string name) =>
        host.PostAsync(Connections, $$"""{"projectId":"{{project}}","name":"C","listName":"{{name}}"}""");

    private Task<TestService> StartAsync(string? address = null)
    {
        var settings = TestService.Keys();
        settings["Iterable:Endpoints:us"] = address ?? _iterable.Url;
        return TestService.StartAsync(settings: settings);
    }

    private void Lists(string body) => _iterable.Given(Request.Create().WithPath("/api/lists").UsingGet()).RespondWith(Json(body));

    private void Makes(long id) => _iterable.Given(Request.Create().WithPath("/api/lists").UsingPost()).RespondWith(Json($$"""{"listId":{{id}}}"""));

    private int Made() => _iterable.LogEntries.Count(e => e.RequestMessage.Method == "POST");
}
