using System.Collections.Concurrent;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Iterable.Client.Tests.Transport;

public sealed class SecretTests
{
    [Fact]
    public void A_project_does_not_show_its_key()
    {
        Assert.Equal("IterableProject { DataCenter = Us }", TestClient.Project().ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("k3y\r\nX-Injected: 1")]
    [InlineData("k3y with space")]
    [InlineData("k3y-é")]
    public async Task A_key_that_cannot_be_a_header_is_rejected_without_a_call(string key)
    {
        using var client = TestClient.For(null);
        var budget = new RecordingBudget();

        var result = await client.Iterable.SendAsync(TestClient.Project(budget, key: key), Some.Subscribe(), CancellationToken.None);

        Assert.Equal(
            (CallResultKind.CredentialsRejected, ErrorCodes.MalformedApiKey, 0), (result.Kind, result.Code, result.Attempts));
        Assert.Empty(budget.Taken);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task Nothing_is_logged_and_neither_result_nor_URL_shows_the_key(int status)
    {
        using var log = new RecordingLog();
        using var server = WireMockServer.Start();
        server.Given(Request.Create()).RespondWith(Response.Create().WithStatusCode(status).WithBody("{}"));
        using var client = TestClient.For(
            server.Url, services: services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)));

        var result = await client.Iterable.SendAsync(TestClient.Project(), Some.Subscribe(), CancellationToken.None);

        Assert.Empty(log.Lines);
        Assert.DoesNotContain(TestClient.Key, result.ToString(), StringComparison.Ordinal);
        Assert.All(server.LogEntries, entry => Assert.DoesNotContain(TestClient.Key, entry.RequestMessage!.AbsoluteUrl, StringComparison.Ordinal));
    }

    private sealed class RecordingLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(formatter(state, exception) + exception);

        public void Dispose()
        {
        }
    }
}
