using Iterable.Client.Requests;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Iterable.Client.Tests.Transport;

/// <summary>What goes over the wire for each call, and what comes back of it.</summary>
public sealed class EndpointTests : IDisposable
{
    private static readonly Member Jane = Member.Of("jane@example.com", "u-1", """{"plan":"gold"}""");

    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly RecordingBudget _budget = new();
    private readonly TestClient _client;

    public EndpointTests() => _client = TestClient.For(_server.Url);

    public void Dispose()
    {
        _client.Dispose();
        _server.Dispose();
    }

    public static TheoryData<string, string, string, EndpointClass> BulkRequests => new()
    {
        {
            "subscribe", "/api/lists/subscribe",
            """{"listId":5,"subscribers":[{"email":"jane@example.com","userId":"u-1","dataFields":{"plan":"gold"}}],"updateExistingUsersOnly":true}""",
            EndpointClass.Lists
        },
        {
            "unsubscribe", "/api/lists/unsubscribe",
            """{"listId":5,"subscribers":[{"email":"jane@example.com","userId":"u-1"}],"channelUnsubscribe":false}""",
            EndpointClass.Lists
        },
        {
            "bulkUpdate", "/api/users/bulkUpdate",
            """{"users":[{"email":"jane@example.com","userId":"u-1","dataFields":{"plan":"gold"}}]}""",
            EndpointClass.Users
        },
        {
            "trackBulk", "/api/events/trackBulk",
            """{"events":[{"eventName":"bought","email":"jane@example.com","id":"e-1"}]}""",
            EndpointClass.Events
        },
    };

    [Theory]
    [MemberData(nameof(BulkRequests))]
    public async Task A_bulk_request_is_posted_as_written_with_key_type_and_length(string name, string path, string body, EndpointClass endpointClass)
    {
        Answer(path, "POST", 200, """{"successCount":1,"failCount":0}""");
        BulkRequest request = name switch
        {
            "subscribe" => new SubscribeRequest(5, [Jane], UpdateExistingUsersOnly: true),
            "unsubscribe" => new UnsubscribeRequest(5, [Jane]),
            "bulkUpdate" => new BulkUpdateRequest([Jane]),
            _ => new TrackBulkRequest([IterableEvent.Of("bought", "jane@example.com", id: "e-1")]),
        };

        var result = await _client.Iterable.SendAsync(Project(), request, CancellationToken.None);

        Assert.Equal((CallResultKind.Processed, 200, 1), (result.Kind, result.StatusCode, result.Attempts));
        Assert.Equal([endpointClass], _budget.Taken);
        var sent = SingleRequest();
        Assert.Equal(("POST", path, body), (sent.Method, sent.Path, sent.Body));
        Assert.Equal([TestClient.Key], sent.Headers!["Api-Key"]);
        Assert.Equal(["application/json"], sent.Headers["Content-Type"]);
        Assert.Equal([body.Length.ToString()], sent.Headers["Content-Length"]);
        Assert.Equal(_server.Url + path, sent.AbsoluteUrl);
    }

    [Theory]
    [InlineData("MyService/1.2.0")]
    [InlineData("MyService/1.2.0-rc.1 (tests)")]
    [InlineData(null)]
    public async Task Every_call_carries_the_user_agent_of_the_options_and_none_without_one(string? userAgent)
    {
        using var client = TestClient.For(_server.Url, o => o.UserAgent = userAgent);
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(200).WithBody("{}"));

        await client.Iterable.GetListsAsync(Project(), CancellationToken.None);
        await client.Iterable.CreateListAsync(Project(), "VIP", null, CancellationToken.None);
        await client.Iterable.GetListSizeAsync(Project(), 5, CancellationToken.None);
        await client.Iterable.SendAsync(Project(), new SubscribeRequest(5, [Jane]), CancellationToken.None);
        await client.Iterable.SendAsync(Project(), new UnsubscribeRequest(5, [Jane]), CancellationToken.None);
        await client.Iterable.SendAsync(Project(), new BulkUpdateRequest([Jane]), CancellationToken.None);
        await client.Iterable.SendAsync(Project(), new TrackBulkRequest([IterableEvent.Of("bought", "jane@example.com")]), CancellationToken.None);

        var sent = _server.LogEntries.Select(entry => entry.RequestMessage!.Headers!.TryGetValue("User-Agent", out var values) ? string.Join(' ', values) : null);
        Assert.Equal(Enumerable.Repeat(userAgent, 7), sent);
    }

    [Fact]
    public async Task The_lists_of_a_project_are_fetched()
    {
        Answer("/api/lists", "GET", 200, """{"lists":[{"id":3000000000,"name":"VIP","createdAt":1625162718344,"listType":"Standard"}]}""");

        var result = await _client.Iterable.GetListsAsync(Project(), CancellationToken.None);

        Assert.Equal((CallResultKind.Processed, 200, 1), (result.Kind, result.StatusCode, result.Attempts));
        Assert.Equal([new IterableList(3_000_000_000, "VIP", "Standard", 1625162718344)], result.Value!);
        AssertSent("GET", "/api/lists", null);
    }

    [Theory]
    [InlineData("for \"<jane>\"", """{"name":"VIP é","description":"for \"<jane>\""}""")]
    [InlineData(null, """{"name":"VIP é"}""")]
    public async Task A_list_is_created(string? description, string body)
    {
        Answer("/api/lists", "POST", 200, """{"listId":3000000000}""");

        var result = await _client.Iterable.CreateListAsync(Project(), "VIP é", description, CancellationToken.None);

        Assert.Equal((CallResultKind.Processed, 3_000_000_000), (result.Kind, result.Value));
        AssertSent("POST", "/api/lists", body);
    }

    [Fact]
    public async Task The_size_of_a_list_is_fetched_as_text()
    {
        Answer("/api/lists/3000000000/size", "GET", 200, "1234567");

        var result = await _client.Iterable.GetListSizeAsync(Project(), 3_000_000_000, CancellationToken.None);

        Assert.Equal((CallResultKind.Processed, 1_234_567), (result.Kind, result.Value));
        AssertSent("GET", "/api/lists/3000000000/size", null);
    }

    [Fact]
    public async Task An_error_of_a_call_with_a_value_keeps_all_that_is_known_of_it()
    {
        Answer("/api/lists", "GET", 401, """{"msg":"Invalid API key","code":"BadApiKey","params":null}""");

        var result = await _client.Iterable.GetListsAsync(Project(), CancellationToken.None);

        Assert.Equal(
            (CallResultKind.CredentialsRejected, 401, "BadApiKey", "Invalid API key", 1),
            (result.Kind, result.StatusCode, result.Code, result.Message, result.Attempts));
        Assert.Null(result.Value);
    }

    [Fact]
    public async Task Named_failures_and_the_rest_of_the_count_come_back_over_the_wire()
    {
        Answer("/api/lists/subscribe", "POST", 200, """{"successCount":1,"failCount":2,"failedUpdates":{"forgottenEmails":["b@example.com"]}}""");
        var request = Some.Subscribe(Member.Of("a@example.com"), Member.Of("B@example.com"), Member.Of("c@example.com"));

        var result = await _client.Iterable.SendAsync(Project(), request, CancellationToken.None);

        Assert.Equal([new MemberFailure(1, MemberFailureReason.Forgotten)], result.Failures);
        Assert.Equal(1, result.UnnamedFailures);
    }

    [Fact]
    public async Task A_project_of_the_EU_is_reached_at_the_address_of_the_EU()
    {
        using var europe = WireMockServer.Start();
        europe.Given(Request.Create().WithPath("/api/lists")).RespondWith(Response.Create().WithBody("""{"lists":[]}"""));
        using var client = TestClient.For(_server.Url, o => o.Eu = new Uri(europe.Url!));

        var result = await client.Iterable.GetListsAsync(TestClient.Project(dataCenter: IterableDataCenter.Eu), CancellationToken.None);

        Assert.Equal(CallResultKind.Processed, result.Kind);
        Assert.Single(europe.LogEntries);
        Assert.Empty(_server.LogEntries);
    }

    [Fact]
    public async Task A_cookie_set_by_one_answer_is_not_sent_with_the_next_call()
    {
        Answer("/api/lists", "GET", 200, """{"lists":[]}""");

        await _client.Iterable.GetListsAsync(Project(), CancellationToken.None);
        await _client.Iterable.GetListsAsync(TestClient.Project(key: "another-key"), CancellationToken.None);

        var sent = _server.LogEntries.Select(entry => entry.RequestMessage!.Headers!).ToList();
        Assert.All(sent, headers => Assert.DoesNotContain("Cookie", headers.Keys));
        Assert.Equal([TestClient.Key, "another-key"], sent.Select(headers => Assert.Single(headers["Api-Key"])));
    }

    [Fact]
    public async Task A_base_address_may_have_a_path_of_its_own()
    {
        Answer("/proxy/iterable/api/lists", "GET", 200, """{"lists":[]}""");
        using var client = TestClient.For(_server.Url + "/proxy/iterable/");

        Assert.Equal(CallResultKind.Processed, (await client.Iterable.GetListsAsync(Project(), CancellationToken.None)).Kind);
    }

    private IterableProject Project() => TestClient.Project(_budget);

    private void Answer(string path, string method, int status, string body) =>
        _server.Given(Request.Create().WithPath(path).UsingMethod(method))
            .RespondWith(Response.Create().WithStatusCode(status).WithHeader("Set-Cookie", "a=b").WithBody(body));

    private WireMock.IRequestMessage SingleRequest() => Assert.Single(_server.LogEntries).RequestMessage!;

    private void AssertSent(string method, string path, string? body)
    {
        var sent = SingleRequest();
        Assert.Equal((method, path, body), (sent.Method, sent.Path, sent.Body));
        Assert.Equal([TestClient.Key], sent.Headers!["Api-Key"]);
        Assert.Equal([EndpointClass.Lists], _budget.Taken);
    }
}
