using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>What is around a message: its form, its key, and what it may make.</summary>
public sealed class RequestTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_message_compressed_with_gzip_is_accepted()
    {
        service.Iterable.AddList("gzip-key", "A list", 1042);
        var response = await service.SendAsync(HttpMethod.Post, MParticle.Path, Gzip(MParticle.Change("gzip-key", list: "1042")));
        response.Expect(202);

        Assert.True(service.Projects.TryGetByApiKey("gzip-key", out var project));
        await service.DeliveredAsync(project.Id.ToString());
        Assert.Equal("a@example.com", Assert.Single(service.Iterable.Members(1042)).Email);
    }

    [Fact]
    public async Task Gzip_that_was_cut_off_is_refused()
    {
        var whole = await Gzip(MParticle.Change("cut-key")).ReadAsByteArrayAsync();
        var cut = new ByteArrayContent(whole[..^12]) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };
        Assert.Equal(["$"], (await service.SendAsync(HttpMethod.Post, MParticle.Path, cut)).ExpectErrors());
        Assert.False(service.Projects.TryGetByApiKey("cut-key", out _));
    }

    [Theory]
    [InlineData("text/plain", null)]
    [InlineData("application/x-ndjson", null)]
    [InlineData("application/json", "br")]
    public async Task Another_form_of_body_is_refused(string mediaType, string? encoding)
    {
        var content = new StringContent(MParticle.Change("form-key"), Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        (await service.SendAsync(HttpMethod.Post, MParticle.Path, content)).ExpectProblem(415);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_refused_also_when_it_is_small_on_the_wire()
    {
        var response = await service.SendAsync(HttpMethod.Post, MParticle.Path, Gzip(new string(' ', 33 << 20)));
        response.ExpectProblem(413);
    }

    [Fact]
    public async Task Elements_that_are_not_JSON_are_skipped_up_to_a_limit_because_each_costs_time()
    {
        string Body(int count) => $$$"""{"type":"audience_membership_change_request","id":"m-{{{count}}}","account":{"account_settings":{"apiKey":"broken-key"}},"user_profiles":[{{{string.Join(',', Enumerable.Repeat('x', count))}}}]}""";
        (await service.PostAsync(MParticle.Path, Body(ElementParser.MaxUnreadable))).Expect(202);
        var refused = await service.PostAsync(MParticle.Path, Body(ElementParser.MaxUnreadable * 20));
        Assert.Equal([$"user_profiles[{ElementParser.MaxUnreadable}]"], refused.ExpectErrors());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\t")]
    public async Task An_empty_body_is_called_empty(string body)
    {
        var problem = (await service.PostAsync(MParticle.Path, body)).ExpectProblem(400);
        Assert.Contains("is empty", problem["errors"]!["$"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_many_megabytes_is_accepted_whole()
    {
        service.Iterable.AddList("large-key", "A list", 2042);
        var one = MParticle.Change("large-key", list: "2042");
        var start = one.IndexOf("{\"mpid\"", StringComparison.Ordinal);
        var profile = one[start..^2];
        var profiles = string.Join(',', Enumerable.Range(0, 25_000).Select(i => profile.Replace("a@example.com", $"p{i}@example.com", StringComparison.Ordinal)));
        (await service.SendAsync(HttpMethod.Post, MParticle.Path, Gzip(one[..start] + profiles + "]}"))).Expect(202);

        Assert.True(service.Projects.TryGetByApiKey("large-key", out var project));
        var connection = Assert.Single(await service.DeliveredAsync(project.Id.ToString()));
        Assert.Equal(25_000, (long)connection!["status"]!["delivered"]!);
        Assert.Equal(25_000, service.Iterable.Members(2042).Count);
    }

    [Fact]
    public async Task A_value_of_many_megabytes_does_not_delay_the_response()
    {
        var message = "{\"padding\":\"" + new string('x', 20 << 20) + "\"," + MParticle.Change("padded-key")[1..];
        var clock = System.Diagnostics.Stopwatch.StartNew();
        (await service.SendAsync(message)).Expect(202);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"took {clock.Elapsed}");
    }

    [Fact]
    public async Task A_message_without_a_key_for_the_path_is_refused()
    {
        var message = MParticle.Change("stranger-key");
        (await service.SendAsync(message, key: null)).ExpectProblem(401);
        (await service.SendAsync(message, key: "nonsense")).ExpectProblem(401);
        (await service.SendAsync(message, TestService.MetricsKey)).ExpectProblem(403);
        Assert.False(service.Projects.TryGetByApiKey("stranger-key", out _));
    }

    [Theory]
    [InlineData("Token {0}")]
    [InlineData("token   {0} ")]
    [InlineData("TOKEN: {0}")]
    [InlineData("Bearer {0}")]
    public async Task The_key_may_have_the_header_form_of_mParticle(string form)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, MParticle.Path) { Content = ForwarderFixture.Json(MParticle.Change("header-key")) };
        request.Headers.TryAddWithoutValidation("Authorization", string.Format(null, form, TestService.IngestKey));
        using var response = await service.Http.SendAsync(request);
        Assert.Equal(202, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("?dataCenter=eu", "eu")]
    [InlineData("?dataCenter=us", "us")]
    [InlineData("?dataCenter=EU", "eu")]
    [InlineData("", "us")]
    public async Task The_data_center_of_a_new_project_comes_from_the_address(string query, string dataCenter)
    {
        var key = "center-" + query;
        (await service.SendAsync(MParticle.Change(key), query: query)).Expect(202);
        Assert.True(service.Projects.TryGetByApiKey(key, out var project));
        Assert.Equal(dataCenter, (string?)(await service.GetAsync($"/api/v1/projects/{project.Id}")).Json["dataCenter"]);
    }

    [Theory]
    [InlineData("?dataCenter=mars")]
    [InlineData("?dataCenter=")]
    [InlineData("?dataCenter=us&dataCenter=eu")]
    public async Task Another_data_center_is_reported_together_with_the_other_errors(string query)
    {
        Assert.Equal(["dataCenter", "type"], (await service.SendAsync(MParticle.Change("mars-key").Replace("_request", "", StringComparison.Ordinal), query: query)).ExpectErrors());
    }

    [Fact]
    public async Task A_key_limited_to_projects_permits_only_those_and_creates_none()
    {
        var project = (string)(await service.PostAsync("/api/v1/projects", """{"name":"Own","apiKey":"own-key"}""")).Expect(201)["id"]!;
        await service.PostAsync("/api/v1/projects", """{"name":"Other","apiKey":"other-key"}""");
        var limited = (string)(await service.PostAsync("/api/v1/keys", $$"""{"name":"limited","kind":"ingest","projectIds":["{{project}}"]}""")).Expect(201)["key"]!;

        (await service.SendAsync(MParticle.Change("own-key", list: "3042"), limited)).Expect(202);
        (await service.SendAsync(MParticle.Change("other-key"), limited)).ExpectProblem(403);
        (await service.SendAsync(MParticle.Change("brand-new-key"), limited)).ExpectProblem(403);
        Assert.False(service.Projects.TryGetByApiKey("brand-new-key", out _));
    }

    [Fact]
    public async Task An_operators_list_and_rule_take_precedence_over_the_messages()
    {
        service.Iterable.AddList("operated-key", "A list", 4043);
        var project = (string)(await service.PostAsync("/api/v1/projects", """{"name":"Operated","apiKey":"operated-key"}""")).Expect(201)["id"]!;
        (await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"Mine","source":"mparticle","audienceId":"456","listId":4043,"userId":"mpid"}""")).Expect(201);
        await service.AcceptAsync(MParticle.Change("operated-key", list: "4042"));
        await service.AcceptAsync(MParticle.Change("operated-key", list: "nonsense", email: "b@example.com").Replace("12345\"", "678\"", StringComparison.Ordinal));

        var connection = Assert.Single(await service.DeliveredAsync(project));
        Assert.Equal((4043, "Mine", false), ((long)connection!["listId"]!, (string)connection["name"]!, (bool)connection["followsSource"]!));
        Assert.Equal(["12345", "678"], service.Iterable.Members(4043).Select(m => m.UserId!));
    }

    private static ByteArrayContent Gzip(string text)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return new ByteArrayContent(compressed.ToArray()) { Headers = { ContentType = new("application/json"), ContentEncoding = { "gzip" } } };
    }
}
