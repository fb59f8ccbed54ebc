using Iterable.Client.Results;
using Iterable.Client.Tests.Support;
using Iterable.Client.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Iterable.Client.Tests.Transport;

/// <summary>Deadlines run on a clock that stands still until a test moves it.</summary>
public sealed class DeadlineTests
{
    private const string Ok = """{"successCount":1,"failCount":0}""";

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingBudget _budget = new();

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"succ")]
    public async Task A_call_that_times_out_is_not_retried(string beginning)
    {
        var arrived = new TaskCompletionSource();
        using var server = new RawServer(async (socket, _, token) =>
        {
            await RawServer.SendAsync(socket, beginning, token);
            arrived.SetResult();
        });
        using var client = ClientFor(server.Url);

        var sending = client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);
        await arrived.Task;
        _time.Advance(TimeSpan.FromSeconds(30));
        var result = await sending;

        Assert.Equal(
            (CallResultKind.Unavailable, null, ErrorCodes.Timeout, 1), (result.Kind, result.StatusCode, result.Code, result.Attempts));
        Assert.Equal((1, 1), (server.Requests, _budget.Taken.Count));
    }

    [Fact]
    public async Task Waiting_for_the_budget_does_not_count()
    {
        using var server = new RawServer((socket, _, token) => RawServer.OkAsync(socket, Ok, token));
        using var client = ClientFor(server.Url);
        var budget = new WithheldBudget();

        var sending = client.Iterable.SendAsync(TestClient.Project(budget), Some.Subscribe(), CancellationToken.None);
        await budget.Asked;
        _time.Advance(TimeSpan.FromHours(5));
        budget.Grant();
        var result = await sending;

        Assert.Equal((CallResultKind.Processed, 1), (result.Kind, result.Attempts));
    }

    [Fact]
    public async Task A_cancelled_caller_gets_an_OperationCanceledException_wherever_the_call_is()
    {
        var arrived = new TaskCompletionSource();
        using var server = new RawServer((_, _, _) =>
        {
            arrived.TrySetResult();
            return Task.CompletedTask;
        });
        using var client = ClientFor(server.Url);
        var iterable = client.Iterable;

        await AssertCancelsAsync(Task.CompletedTask, token => iterable.SendAsync(TestClient.Project(), Some.Subscribe(), token), before: true);
        await AssertCancelsAsync(arrived.Task, token => iterable.SendAsync(TestClient.Project(), Some.Subscribe(), token));
        var budget = new WithheldBudget();
        await AssertCancelsAsync(budget.Asked, token => iterable.GetListsAsync(TestClient.Project(budget), token));
    }

    [Fact]
    public async Task A_connection_that_takes_too_long_is_retried_as_nothing_was_sent()
    {
        using var stub = new StubHandler(_ => throw new TaskCanceledException("ConnectTimeout", new TimeoutException()));
        using var client = TestClient.For(null, primary: stub);

        var result = await client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);

        Assert.Equal((CallResultKind.Unavailable, ErrorCodes.ConnectionFailed, 3), (result.Kind, result.Code, result.Attempts));
    }

    [Fact]
    public async Task A_failing_budget_is_a_result_too()
    {
        using var client = ClientFor("http://127.0.0.1:1");

        var result = await client.Iterable.SendAsync(TestClient.Project(new BrokenBudget()), Some.Subscribe(), CancellationToken.None);

        Assert.Equal(
            (CallResultKind.Unavailable, ErrorCodes.Failed, nameof(InvalidOperationException), 0),
            (result.Kind, result.Code, result.Message, result.Attempts));
    }

    [Fact]
    public async Task An_answer_over_the_size_limit_is_not_kept_and_not_requested_again()
    {
        using var server = new RawServer(async (socket, _, token) =>
        {
            await RawServer.SendAsync(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", token);
            var chunk = new string(' ', 0x100000);
            for (long sent = 0; sent <= AttemptHandler.MaxResponseBytes; sent += chunk.Length)
                await RawServer.SendAsync(socket, $"100000\r\n{chunk}\r\n", token);
        });
        using var client = ClientFor(server.Url);

        var result = await client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);

        Assert.Equal(
            (CallResultKind.Unavailable, 200, ErrorCodes.ResponseTooLarge, 1),
            (result.Kind, result.StatusCode, result.Code, result.Attempts));
        Assert.Single(_budget.Taken);
    }

    /// <summary>All lists of a project may be many; who is answered for is no more than was sent.</summary>
    [Fact]
    public async Task An_answer_may_be_longer_than_a_short_request_only_where_lists_are_asked_for()
    {
        var padding = new string(' ', (int)AttemptHandler.MaxResponseToShortRequest + 1000);
        using var server = new RawServer((socket, number, token) =>
            RawServer.OkAsync(socket, (number == 1 ? """{"successCount":1,"failCount":0}""" : """{"lists":[]}""") + padding, token));
        using var client = ClientFor(server.Url);

        var bulk = await client.Iterable.SendAsync(TestClient.Project(_budget), Some.Subscribe(), CancellationToken.None);
        var lists = await client.Iterable.GetListsAsync(TestClient.Project(_budget), CancellationToken.None);

        Assert.Equal((CallResultKind.Unavailable, ErrorCodes.ResponseTooLarge), (bulk.Kind, bulk.Code));
        Assert.Equal(CallResultKind.Processed, lists.Kind);
    }

    [Fact]
    public async Task A_retry_after_that_is_a_date_counts_from_the_injected_clock()
    {
        _time.SetUtcNow(Classified.Now);
        using var server = new RawServer((socket, _, token) => RawServer.SendAsync(
            socket, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: Sun, 01 Mar 2026 12:00:09 GMT\r\nContent-Length: 0\r\n\r\n", token));
        using var client = ClientFor(server.Url);

        var result = await client.Iterable.SendAsync(TestClient.Project(), Some.Subscribe(), CancellationToken.None);

        Assert.Equal((CallResultKind.RateLimited, TimeSpan.FromSeconds(9)), (result.Kind, result.RetryAfter));
    }

    private static async Task AssertCancelsAsync(Task reached, Func<CancellationToken, Task> call, bool before = false)
    {
        using var cancellation = new CancellationTokenSource();
        if (before)
            await cancellation.CancelAsync();
        var calling = call(cancellation.Token);
        await reached;
        await cancellation.CancelAsync();

        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        Assert.DoesNotContain(TestClient.Key, exception.ToString(), StringComparison.Ordinal);
    }

    private TestClient ClientFor(string url) =>
        TestClient.For(url, services: services => services.AddSingleton<TimeProvider>(_time));

    private sealed class WithheldBudget : ICallBudget
    {
        private readonly TaskCompletionSource _asked = new();
        private readonly TaskCompletionSource _granted = new();

        public Task Asked => _asked.Task;

        public void Grant() => _granted.SetResult();

        public async ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken)
        {
            _asked.TrySetResult();
            await _granted.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class BrokenBudget : ICallBudget
    {
        public ValueTask TakeAsync(EndpointClass endpointClass, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("out of order");
    }
}
