using System.Net.Sockets;
using System.Text;
using IterableForwarder.Hosting;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>Whoever knocks on the door fills no log.</summary>
public sealed class RefusedRequestsTests
{
    [Fact]
    public async Task A_thousand_refused_requests_write_one_line()
    {
        await using var host = await TestService.StartAsync();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(401, (await host.SendAsync(HttpMethod.Get, "/api/v1/projects", authorization: $"Bearer guess-{i}")).Status);
            Assert.Equal(404, (await host.GetAsync($"/api/v1/projects/{Guid.NewGuid():N}")).Status);
        }

        Assert.Single(host.Logs, line => line.Contains("responded 401", StringComparison.Ordinal) || line.Contains("responded 404", StringComparison.Ordinal));
    }

    [Fact]
    public void The_others_of_a_minute_are_one_line_with_their_numbers_and_then_it_begins_anew()
    {
        var time = new FakeTimeProvider();
        var lines = new List<string>();
        using var refused = new RefusedRequests(time, new Lines<RefusedRequests>(lines));

        Assert.True(refused.Note(404));
        Assert.False(refused.Note(401));
        Assert.False(refused.Note(404));
        Assert.False(refused.Note(404));
        Assert.Empty(lines);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("In the last minute 1 more requests got 401 and 2 got 404", Assert.Single(lines));

        Assert.False(refused.Note(401));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, lines.Count);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(2, lines.Count);
        Assert.True(refused.Note(401));
    }

    [Fact]
    public async Task A_caller_who_goes_away_is_no_error()
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host.Http.BaseAddress!.Host, host.Http.BaseAddress.Port);
            // no lingering: what is left of the body never comes, and the connection is reset
            client.LingerState = new(true, 0);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /api/v1/connections/{connection}/members HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TestService.OperatorKey}\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{{\"changes\":["));
        }

        (await host.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Wire.Add("ann@example.com")}}]}""")).Expect(202);

        Assert.DoesNotContain(host.Logs, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private sealed class Lines<T>(List<string> lines) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Add(formatter(state, exception));
    }
}
