using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>What Segment's destination Webhook Audiences asks before it sends events: the list of an audience.</summary>
public sealed class AudiencesTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task The_list_of_an_audience_is_created_once_and_found_by_name_and_by_id()
    {
        var project = await service.AddProjectAsync("audiences-key");
        var first = (await AskAsync(project, """{"audienceName":"Big spenders","region":"eu","campaignId":7}""")).Expect(200);
        var again = (await AskAsync(project, """{"audienceName":"Big spenders"}""")).Expect(200);
        var byId = (await AskAsync(project, $$"""{"externalId":"{{(string)first["externalId"]!}}"}""")).Expect(200);

        var list = Assert.Single(service.Iterable.Lists("audiences-key"));
        Assert.Equal("Big spenders", list.Name);
        Assert.Equal($$"""{"externalId":"{{list.Id}}"}""", first.ToJsonString());
        Assert.Equal(first.ToJsonString(), again.ToJsonString());
        Assert.Equal(first.ToJsonString(), byId.ToJsonString());

        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", list: $"{list.Id}"));
        await service.TheConnectionAsync(project);
        Assert.Equal(["a@example.com"], service.EmailsOn(list.Id));
    }

    [Fact]
    public async Task The_id_of_a_list_may_be_a_number_in_any_of_its_forms()
    {
        var project = await service.AddProjectAsync("number-key");
        service.Iterable.AddList("number-key", "By number", 7100);
        foreach (var id in new[] { "7100", "7100.0", "7.1e3" })
            Assert.Equal("7100", (string)(await AskAsync(project, $$"""{"externalId":{{id}}}""")).Expect(200)["externalId"]!);
    }

    [Fact]
    public async Task A_list_that_Iterable_does_not_have_is_404()
    {
        var project = await service.AddProjectAsync("no-such-list-key");
        (await AskAsync(project, """{"externalId":"999999"}""")).ExpectProblem(404);
    }

    [Fact]
    public async Task Requests_at_once_create_one_list()
    {
        var project = await service.AddProjectAsync("at-once-key");
        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AskAsync(project, """{"audienceName":"One"}""")));
        Assert.Single(responses.Select(a => (string)a.Expect(200)["externalId"]!).Distinct());
        Assert.Single(service.Iterable.Lists("at-once-key"));
    }

    [Theory]
    [InlineData("{}", "audienceName")]
    [InlineData("""{"audienceName":"  "}""", "audienceName")]
    [InlineData("""{"audienceName":7}""", "audienceName")]
    [InlineData("""{"externalId":"vip"}""", "externalId")]
    [InlineData("""{"externalId":"0"}""", "externalId")]
    [InlineData("""{"externalId":7.5}""", "externalId")]
    [InlineData("[]", "$")]
    [InlineData("{", "$")]
    public async Task The_errors_of_the_request_are_named(string body, string error)
    {
        var project = await service.AddProjectAsync($"wrong-key-{Guid.NewGuid():N}");
        Assert.Equal([error], (await AskAsync(project, body)).ExpectErrors());
    }

    [Fact]
    public async Task A_key_is_required_and_must_be_valid_for_the_project()
    {
        var project = await service.AddProjectAsync("key-key");
        (await service.PostAsync($"{SegmentWire.PathOf(project)}/audiences", """{"audienceName":"A"}""", key: null)).ExpectProblem(401);
        (await service.PostAsync($"{SegmentWire.PathOf(project)}/audiences", """{"audienceName":"A"}""", TestService.MetricsKey)).ExpectProblem(403);
        (await service.PostAsync($"{SegmentWire.PathOf("0199c0de7a3b7c1e8f0a1b2c3d4e5f60")}/audiences", """{"audienceName":"A"}""")).ExpectProblem(404);
    }

    [Fact]
    public async Task What_Iterable_refuses_is_502_and_a_name_that_several_lists_have_409()
    {
        var refused = await service.AddProjectAsync("revoked-audiences");
        (await AskAsync(refused, """{"audienceName":"A"}""")).ExpectProblem(502);
        (await AskAsync(refused, """{"externalId":"7"}""")).ExpectProblem(502);
        var project = await service.AddProjectAsync("twins-key");
        service.Iterable.AddList("twins-key", "Twins", 7001);
        service.Iterable.AddList("twins-key", "Twins", 7002);
        (await AskAsync(project, """{"audienceName":"Twins"}""")).ExpectProblem(409);
    }

    private Task<ServiceResponse> AskAsync(string project, string body) => service.PostAsync($"{SegmentWire.PathOf(project)}/audiences", body, TestService.IngestKey);
}
