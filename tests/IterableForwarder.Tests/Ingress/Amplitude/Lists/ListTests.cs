using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.MParticle;

namespace IterableForwarder.Tests.Ingress.Amplitude.Lists;

/// <summary>Cohorts in the form of a list API.</summary>
public sealed class ListTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const string Name = "[Amplitude] VIP: 7khm89cz";

    [Fact]
    public async Task A_list_is_created_under_exactly_its_name_and_users_enter_and_leave_it()
    {
        var (project, list) = await CreateAsync("l-plain");
        await ChangeAsync(project, list, "add", """["c-1","c-2","c-3"]""");
        await ChangeAsync(project, list, "remove", """["c-2"]""");
        Assert.Equal(["c-1", "c-3"], await service.OnListAsync(project, "l-plain", Name));
        var connection = await service.TheCohortAsync(project);
        Assert.Equal((list, "amplitude", Name, Name), ((string)connection["id"]!, (string)connection["source"]!, (string)connection["name"]!, (string)connection["listName"]!));
    }

    [Fact]
    public async Task One_name_has_one_id_however_often_it_is_asked_for_at_once()
    {
        var project = await service.MakeProjectAsync("l-once");
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync(project, "", $$"""{"name":"{{Name}}"}""")));
        var id = Assert.Single(responses.Select(a => (string)a.Expect(200)["id"]!).Distinct());
        Assert.NotEqual(id, (string)(await SendAsync(project, "", """{"name":"[Amplitude] vip: 7khm89cz"}""")).Expect(200)["id"]!);
        await ChangeAsync(project, id, "add", """["c-1"]""");
        Assert.Equal(["c-1"], await service.OnListAsync(project, "l-once", Name));
        // nothing is asked of Iterable for a list that nobody enters
        Assert.Single(service.Iterable.Lists("l-once"));
    }

    [Fact]
    public async Task A_list_that_Iterable_has_is_used()
    {
        var known = service.Iterable.AddList("l-known", Name).Id;
        var (project, list) = await CreateAsync("l-known");
        await ChangeAsync(project, list, "add", """["c-1"]""");
        Assert.Equal(["c-1"], await service.OnListAsync(project, "l-known", Name));
        Assert.Equal(known, (long)(await service.TheCohortAsync(project))["listId"]!);
    }

    [Fact]
    public async Task What_is_not_a_user_id_is_that_users_outcome_and_affects_no_other()
    {
        var (project, list) = await CreateAsync("l-odd");
        var accepted = await ChangeAsync(project, list, "add", """["c-1",null,{"a":1},"",[],12345,"\ud800","c-2"]""");
        Assert.Equal(8, (long)accepted["received"]!);
        Assert.Equal(["12345", "c-1", "c-2"], await service.OnListAsync(project, "l-odd", Name));
        var outcomes = await service.UndeliveredAsync(project);
        Assert.All(outcomes, o => Assert.Equal("noIdentifier", (string)o!["reason"]!));
        Assert.Equal([1, 2, 3, 4, 6], outcomes.Select(o => (long)o!["index"]!));
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":5}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":"\ud800"}""", "name")]
    [InlineData("", "$")]
    [InlineData("""{"name":"a" """, "$")]
    [InlineData("""["name"]""", "$")]
    [InlineData("null", "$")]
    public async Task A_body_without_a_name_is_refused(string body, string path)
    {
        var project = await service.MakeProjectAsync($"l-name-{Guid.NewGuid()}");
        Assert.Equal([path], (await SendAsync(project, "", body)).ExpectErrors());
        Assert.Empty(await service.DeliveredAsync(project));
    }

    [Fact]
    public async Task A_name_may_be_long_up_to_a_limit()
    {
        var project = await service.MakeProjectAsync("l-long");
        (await SendAsync(project, "", $$"""{"name":"{{new string('n', 194)}}"}""")).Expect(200);
        Assert.Equal(["name"], (await SendAsync(project, "", $$"""{"name":"{{new string('n', 195)}}"}""")).ExpectErrors());
        Assert.Equal(["$"], (await SendAsync(project, "", $$"""{"name":"{{new string('n', 100_000)}}"}""")).ExpectErrors());
    }

    [Theory]
    [InlineData("""{}""", "userIds")]
    [InlineData("""{"userIds":null}""", "userIds")]
    [InlineData("""{"userIds":"c-1"}""", "userIds")]
    [InlineData("""{"userIds":["c-1"],"userIds":[]}""", "userIds")]
    [InlineData("""{"userIds":["c-1",""", "userIds[1]")]
    [InlineData("", "$")]
    [InlineData("""["c-1"]""", "$")]
    public async Task A_body_without_user_ids_is_refused_whole(string body, string path)
    {
        var (project, list) = await CreateAsync($"l-ids-{Guid.NewGuid()}");
        Assert.Equal([path], (await SendAsync(project, $"/{list}/add", body)).ExpectErrors());
        Assert.Empty(await service.BatchesAsync(project));
    }

    [Fact]
    public async Task Only_the_projects_own_lists_of_Amplitude_are_found()
    {
        var (project, list) = await CreateAsync("l-own");
        var (_, others) = await CreateAsync("l-other");
        var members = (string)(await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"CRM","listId":7}""")).Expect(201)["id"]!;
        foreach (var id in (string[])[others, members, "0199c0de7a3b7c1e8f0a1b2c3d4e5f60", "nonsense"])
            (await SendAsync(project, $"/{id}/add", """{"userIds":["c-1"]}""")).ExpectProblem(404);
        (await SendAsync("0199c0de7a3b7c1e8f0a1b2c3d4e5f60", $"/{list}/remove", """{"userIds":["c-1"]}""")).ExpectProblem(404);
        (await SendAsync("0199c0de7a3b7c1e8f0a1b2c3d4e5f60", "", """{"name":"a"}""")).ExpectProblem(404);
    }

    [Fact]
    public async Task Only_a_key_for_the_project_permits_the_paths()
    {
        var (project, list) = await CreateAsync("l-keys");
        var other = await service.MakeProjectAsync("l-keys-other");
        var limited = (string)(await service.PostAsync("/api/v1/keys", $$"""{"name":"amplitude","kind":"ingest","projectIds":["{{other}}"]}""")).Expect(201)["key"]!;
        foreach (var (path, body) in ((string, string)[])[("", """{"name":"a"}"""), ($"/{list}/add", """{"userIds":[]}"""), ($"/{list}/remove", """{"userIds":[]}""")])
        {
            (await SendAsync(project, path, body, key: null)).ExpectProblem(401);
            (await SendAsync(project, path, body, TestService.MetricsKey)).ExpectProblem(403);
            (await SendAsync(project, path, body, limited)).ExpectProblem(403);
            (await SendAsync(project, path, body)).Expect(200);
        }
    }

    [Fact]
    public async Task A_list_and_a_cohort_of_the_webhook_are_never_the_same()
    {
        var project = await service.MakeProjectAsync("l-apart");
        var list = (string)(await SendAsync(project, "", """{"name":"7khm89cz"}""")).Expect(200)["id"]!;
        await service.AcceptCohortAsync(project, CohortWire.Enter("a"));
        await ChangeAsync(project, list, "add", """["c-1"]""");
        Assert.Equal(["c-1"], await service.OnListAsync(project, "l-apart", "7khm89cz"));
        Assert.Equal(["a@example.com"], await service.OnListAsync(project, "l-apart"));
    }

    [Fact]
    public async Task A_long_body_is_stored_in_chunks_and_delivered_whole()
    {
        var (project, list) = await CreateAsync("l-chunks");
        var accepted = await ChangeAsync(project, list, "add", $"[{string.Join(',', Enumerable.Range(0, 25_000).Select(i => $"\"c-{i}\""))}]");
        Assert.Equal(25_000, (long)accepted["received"]!);
        Assert.Equal(25_000, (await service.OnListAsync(project, "l-chunks", Name)).Length);
    }

    [Fact]
    public async Task A_full_list_gets_429_and_a_body_that_alone_is_too_large_gets_413()
    {
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxPendingPerConnection", "2"));
        var project = await own.MakeProjectAsync("l-full");
        string PathOf(string rest) => $"/ingest/amplitude/{project}/lists{rest}";
        var list = (string)(await own.PostAsync(PathOf(""), """{"name":"a"}""")).Expect(200)["id"]!;
        (await own.PostAsync($"/api/v1/connections/{list}/pause", "{}")).Expect(200);
        (await own.PostAsync(PathOf($"/{list}/add"), """{"userIds":["1","2","3"]}""")).ExpectProblem(413);
        (await own.PostAsync(PathOf($"/{list}/add"), """{"userIds":["1","2"]}""")).Expect(200);
        var refused = await own.PostAsync(PathOf($"/{list}/remove"), """{"userIds":["1"]}""");
        refused.ExpectProblem(429);
        Assert.NotNull(refused.Headers.RetryAfter);
    }

    [Fact]
    public async Task The_examples_of_the_documentation_are_accepted()
    {
        var project = await service.MakeProjectAsync("l-example");
        var paths = (await service.GetAsync("/swagger/v1/swagger.json")).Json["paths"]!;
        var list = (string)(await SendAsync(project, "", ExampleOf("/ingest/amplitude/{projectId}/lists"))).Expect(200)["id"]!;
        foreach (var word in (string[])["add", "remove"])
        {
            (await SendAsync(project, $"/{list}/{word}", ExampleOf($"/ingest/amplitude/{{projectId}}/lists/{{id}}/{word}"))).Expect(200);
            var responses = paths[$"/ingest/amplitude/{{projectId}}/lists/{{id}}/{word}"]!["post"]!["responses"]!.AsObject();
            Assert.Equal(["200", "400", "401", "403", "404", "413", "415", "429", "500", "503"], responses.Select(r => r.Key));
            Assert.All(responses, r => Assert.NotNull(r.Value!["content"]!.AsObject().Single().Value!["example"]));
        }

        string ExampleOf(string path) => paths[path]!["post"]!["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString();
    }

    private Task<ServiceResponse> SendAsync(string project, string rest, string body, string? key = TestService.IngestKey) =>
        service.PostAsync($"/ingest/amplitude/{project}/lists{rest}", body, key);

    private async Task<(string Project, string List)> CreateAsync(string key)
    {
        var project = await service.MakeProjectAsync(key);
        return (project, (string)(await SendAsync(project, "", $$"""{"name":"{{Name}}"}""")).Expect(200)["id"]!);
    }

    private async Task<JsonObject> ChangeAsync(string project, string list, string word, string ids) =>
        (await SendAsync(project, $"/{list}/{word}", $$"""{"userIds":{{ids}}}""")).Expect(200);
}
