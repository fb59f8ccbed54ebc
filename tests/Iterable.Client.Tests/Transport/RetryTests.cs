using System.Net;
using System.Net.Sockets;
using Iterable.Client.Requests;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Iterable.Client.Tests.Transport;

public sealed class RetryTests : IDisposable
{
    private const string Ok = """{"successCount":1,"failCount":0}""";
    private const string RateLimited = """{"msg":"slow down","code":"RateLimitExceeded","params":{"rateLimitReset":"12"}}""";

    private readonly WireMockServer _server = WireMockServer.Start();
    private readonly RecordingBudget _budget = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    [InlineData(408)]
    public async Task A_transient_failure_is_retried_and_every_attempt_counts_against_the_budget(int status)
    {
        Answers((status, "<html/>"), (status, ""), (200, Ok));

        var result = await SendAsync();

        Assert.Equal((CallResultKind.Processed, 200, 3), (result.Kind, result.StatusCode, result.Attempts));
        Assert.Equal([EndpointClass.Lists, EndpointClass.Lists, EndpointClass.Lists], _budget.Taken);
        Assert.Equal(3, _server.LogEntries.Count);
        Assert.Single(_server.LogEntries.Select(entry => entry.RequestMessage!.Body).Distinct());
    }

    [Fact]
    public async Task A_persistent_failure_is_reported_after_the_last_retry()
    {
        Answers((503, """{"msg":"down","code":"DatabaseError"}"""));

        var result = await SendAsync();

        Assert.Equal(
            (CallResultKind.Unavailable, 503, "DatabaseError", 3), (result.Kind, result.StatusCode, result.Code, result.Attempts));
        Assert.Equal(3, _budget.Taken.Count);
    }

    [Theory]
    [InlineData(429, RateLimited, CallResultKind.RateLimited)]
    [InlineData(400, "{}", CallResultKind.RequestRefused)]
    [InlineData(401, "{}", CallResultKind.CredentialsRejected)]
    [InlineData(403, "{}", CallResultKind.Forbidden)]
    [InlineData(404, "", CallResultKind.ListNotFound)]
    [InlineData(413, "", CallResultKind.TooLarge)]
    [InlineData(200, "<html/>", CallResultKind.Unavailable)]
    public async Task An_answer_that_a_retry_would_not_change_takes_one_attempt(int status, string body, CallResultKind kind)
    {
        Answers((status, body));

        var result = await SendAsync();

        Assert.Equal((kind, status, 1), (result.Kind, result.StatusCode, result.Attempts));
        Assert.Single(_budget.Taken);
        Assert.Single(_server.LogEntries);
    }

    [Fact]
    public async Task A_rate_limit_tells_how_long_to_wait()
    {
        Answers((429, RateLimited));

        Assert.Equal(TimeSpan.FromSeconds(12), (await SendAsync()).RetryAfter);
    }

    [Fact]
    public async Task Iterable_is_not_called_before_the_time_it_named()
    {
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(503).WithHeader("Retry-After", "30"));

        var result = await SendAsync();

        Assert.Equal((CallResultKind.Unavailable, TimeSpan.FromSeconds(30), 1), (result.Kind, result.RetryAfter, result.Attempts));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        using var elsewhere = WireMockServer.Start();
        _server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(307).WithHeader("Location", elsewhere.Url + "/api/lists/subscribe"));

        var result = await SendAsync();

        Assert.Equal((CallResultKind.Unavailable, 307, 1), (result.Kind, result.StatusCode, result.Attempts));
        Assert.Empty(elsewhere.LogEntries);
    }

    [Fact]
    public async Task Creating_a_list_is_not_retried_because_that_could_create_two()
    {
        Answers((503, ""));
        using var client = TestClient.For(_server.Url);

        var result = await client.Iterable.CreateListAsync(TestClient.Project(_budget), "VIP", null, CancellationToken.None);

        Assert.Equal((CallResultKind.Unavailable, 1), (result.Kind, result.Attempts));
        Assert.Single(_server.LogEntries);
    }

    [Fact]
    public async Task The_number_of_quick_retries_is_an_option()
    {
        Answers((503, ""));

        Assert.Equal(1, (await SendAsync(options: o => o.QuickRetries = 0)).Attempts);
        Assert.Equal(5, (await SendAsync(options: o => o.QuickRetries = 4)).Attempts);
    }

    [Fact]
    public async Task A_reset_connection_is_retried()
    {
        using var server = new RawServer(async (socket, request, token) =>
        {
            if (request <= 2)
                RawServer.Reset(socket);
            else
                await RawServer.OkAsync(socket, Ok, token);
        });

        var result = await SendAsync(server.Url);

        Assert.Equal((CallResultKind.Processed, 3), (result.Kind, result.Attempts));
        Assert.Equal((3, 3), (server.Requests, _budget.Taken.Count));
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_retried_as_a_failed_connection()
    {
        using var server = new RawServer(async (socket, _, token) =>
        {
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"succ", token);
            socket.Shutdown(SocketShutdown.Both);
        });

        var result = await SendAsync(server.Url);

        Assert.Equal((CallResultKind.Unavailable, ErrorCodes.ConnectionFailed, 3), (result.Kind, result.Code, result.Attempts));
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task A_refused_connection_is_unavailable_after_its_retries()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var nobody = $"http://{listener.LocalEndpoint}";
        listener.Stop();

        var result = await SendAsync(nobody);

        Assert.Equal(
            (CallResultKind.Unavailable, null, ErrorCodes.ConnectionFailed, "ConnectionError", 3),
            (result.Kind, result.StatusCode, result.Code, result.Message, result.Attempts));
        Assert.Equal(3, _budget.Taken.Count);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task A_failed_connection_names_the_step_that_failed(HttpRequestError error)
    {
        using var stub = new StubHandler(_ => throw new HttpRequestException(error, "no"));
        using var client = TestClient.For(null, primary: stub);

        var result = await client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);

        Assert.Equal(
            (CallResultKind.Unavailable, ErrorCodes.ConnectionFailed, error.ToString(), 3),
            (result.Kind, result.Code, result.Message, result.Attempts));
    }

    [Fact]
    public async Task A_body_of_megabytes_is_sent_whole_by_every_attempt()
    {
        Answers((503, ""), (200, Ok));
        var request = Some.Subscribe([.. Enumerable.Range(0, 1000).Select(i => Member.Of($"member-{i}@example.com", null, $$"""{"text":"{{new string('x', 3000)}}"}"""))]);

        using var client = TestClient.For(_server.Url);
        var result = await client.Iterable.SendAsync(TestClient.Project(), request, CancellationToken.None);

        Assert.Equal((CallResultKind.Processed, 2), (result.Kind, result.Attempts));
        var body = Some.BodyOf(request);
        Assert.True(body.Length > 3_000_000);
        Assert.All(_server.LogEntries, entry => Assert.True(body == entry.RequestMessage!.Body));
    }

    /// <summary>One answer after the other; the last one stays.</summary>
    private void Answers(params (int Status, string Body)[] answers)
    {
        for (int index = 0; index < answers.Length; index++)
        {
            var mapping = _server.Given(Request.Create().UsingAnyMethod());
            if (answers.Length > 1)
                mapping = mapping.InScenario("answers");
            if (index > 0)
                mapping = mapping.WhenStateIs($"{index}");
            if (index + 1 < answers.Length)
                mapping = mapping.WillSetStateTo($"{index + 1}");
            mapping.RespondWith(Response.Create().WithStatusCode(answers[index].Status).WithBody(answers[index].Body));
        }
    }

    private async Task<CallResult> SendAsync(string? url = null, Action<IterableClientOptions>? options = null)
    {
        using var client = TestClient.For(url ?? _server.Url, options);
        return await client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);
    }
}
