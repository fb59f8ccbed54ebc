using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using IterableForwarder.Ingress.Segment;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Who may send what, and how much.</summary>
public sealed class RequestTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_key_that_permits_ingest_for_this_project_is_required()
    {
        var project = await service.AddProjectAsync("who-key-1");
        var other = await service.AddProjectAsync("who-key-2");
        var made = await service.PostAsync("/api/v1/keys", $$"""{"name":"segment","kind":"ingest","projectIds":["{{project}}"]}""");
        var limited = (string)made.Expect(201)["key"]!;
        var path = SegmentWire.PathOf(project);

        (await service.PostAsync(path, "[]", key: null)).ExpectProblem(401);
        (await service.PostAsync(path, "[]", "wrong")).ExpectProblem(401);
        (await service.PostAsync(path, "[]", TestService.MetricsKey)).ExpectProblem(403);
        (await service.PostAsync(SegmentWire.PathOf(other), "[]", limited)).ExpectProblem(403);
        (await service.PostAsync(path, "[]", limited)).Expect(202);
        (await service.PostAsync(path, "[]", TestService.IngestKey)).Expect(202);
        (await service.PostAsync(path, "[]", TestService.OperatorKey)).Expect(202);
    }

    [Theory]
    [InlineData("00000000000000000000000000000001")]
    [InlineData("none")]
    public async Task A_missing_project_is_not_found(string project) => (await service.SendEventsAsync(project, "[]")).ExpectProblem(404);

    [Fact]
    public async Task Four_thousand_events_are_accepted_and_one_more_is_too_many()
    {
        var project = await service.AddProjectAsync("many-key");
        service.Iterable.AddList("many-key", "A list", 201);
        string Body(int count, string of) => SegmentWire.ArrayOf(Enumerable.Range(0, count).Select(i => SegmentWire.Identify($"{of}{i}@example.com", list: "201")));

        (await service.SendEventsAsync(project, Body(SegmentParser.MaxEvents + 1, "refused"))).ExpectProblem(413);
        (await service.SendEventsAsync(project, SegmentWire.ArrayOf(Enumerable.Repeat("{}", SegmentParser.MaxEvents + 1)))).ExpectProblem(413);
        Assert.Empty((await service.GetAsync($"/api/v1/connections?projectId={project}")).Items);

        Assert.Equal(SegmentParser.MaxEvents, (int)(await service.SendEventsAsync(project, Body(SegmentParser.MaxEvents, "m"))).Expect(202)["accepted"]!);
        await service.TheConnectionAsync(project);
        Assert.Equal(SegmentParser.MaxEvents, service.EmailsOn(201).Length);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whatever_its_encoding()
    {
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxBodyBytes", "2048"));
        var project = await own.AddProjectAsync("large-key");
        var body = SegmentWire.ArrayOf(Enumerable.Range(0, 20).Select(i => SegmentWire.Identify($"m{i}@example.com")));
        (await own.SendEventsAsync(project, body)).ExpectProblem(413);
        (await own.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), Packed(body))).ExpectProblem(413);
        Assert.Empty(await own.BatchesOfAsync(project));
    }

    [Fact]
    public async Task Gzip_is_understood_and_nothing_else()
    {
        var project = await service.AddProjectAsync("gzip-key");
        service.Iterable.AddList("gzip-key", "A list", 202);
        var body = SegmentWire.Identify("a@example.com", list: "202");
        (await service.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), Packed(body), TestService.IngestKey)).Expect(202);
        await service.TheConnectionAsync(project);
        Assert.Equal(["a@example.com"], service.EmailsOn(202));

        using var cut = new ByteArrayContent((await Packed(body).ReadAsByteArrayAsync())[..^12]) { Headers = { ContentType = new("application/json") } };
        cut.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(["$"], (await service.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), cut)).ExpectErrors());
        using var brotli = ForwarderFixture.Json(body);
        brotli.Headers.ContentEncoding.Add("br");
        (await service.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), brotli)).ExpectProblem(415);
        using var text = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("text/plain"));
        (await service.SendAsync(HttpMethod.Post, SegmentWire.PathOf(project), text)).ExpectProblem(415);
    }

    [Fact]
    public async Task A_body_that_is_not_JSON_stores_nothing()
    {
        var project = await service.AddProjectAsync("broken-key");
        Assert.Equal(["[1]"], (await service.SendEventsAsync(project, SegmentWire.ArrayOf(SegmentWire.Identify("a@example.com", id: "m-1"), "{]"))).ExpectErrors());
        Assert.Empty((await service.GetAsync($"/api/v1/connections?projectId={project}")).Items);

        // and none of its messages counts as accepted
        service.Iterable.AddList("broken-key", "A list", 203);
        await service.AcceptEventsAsync(project, SegmentWire.Identify("a@example.com", id: "m-1", list: "203"));
        await service.TheConnectionAsync(project);
        Assert.Equal(["a@example.com"], service.EmailsOn(203));
    }

    [Fact]
    public async Task While_too_much_is_pending_the_response_has_a_Retry_After()
    {
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxPendingPerConnection", "3"));
        var project = await own.AddProjectAsync("full-key");
        own.Iterable.AddList("full-key", "A list", 12345);
        var connection = await own.AddSegmentConnectionAsync(project, "\"listId\":12345");
        (await own.PostAsync($"/api/v1/connections/{connection}/pause", "{}")).Expect(200);
        string[] first = [SegmentWire.Identify("a@example.com"), SegmentWire.Identify("b@example.com"), SegmentWire.Identify("c@example.com")];
        await own.AcceptEventsAsync(project, first);

        // what came before brings nothing new, and is answered
        Assert.Equal(3, (int)(await own.AcceptEventsAsync(project, first))["accepted"]!);
        (await own.SendEventsAsync(project, SegmentWire.ArrayOf([.. first, SegmentWire.Identify("d@example.com", id: "m-4")]))).ExpectProblem(429);
        var full = await own.SendEventsAsync(project, SegmentWire.Identify("d@example.com", id: "m-4"));
        full.ExpectProblem(429);
        Assert.NotNull(full.Headers.RetryAfter);
        (await own.PostAsync($"/api/v1/connections/{connection}/resume", "{}")).Expect(200);
        await own.TheConnectionAsync(project);
        await own.AcceptEventsAsync(project, SegmentWire.Identify("d@example.com", id: "m-4"));
        await own.TheConnectionAsync(project);
        Assert.Equal(4, own.EmailsOn(12345).Length);
    }

    private static ByteArrayContent Packed(string body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(body));
        var content = new ByteArrayContent(packed.ToArray()) { Headers = { ContentType = new("application/json") } };
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }
}
