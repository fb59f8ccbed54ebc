using System.Text.RegularExpressions;
using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Builder;

namespace IterableForwarder.Tests.Telemetry;

public sealed class RequestLogTests
{
    [Theory]
    [InlineData("/api/v1/connections/0199c0df01127d5c9a7b6c5d4e3f2a10/members", 404, "/api/v1/connections/0199c0df01127d5c9a7b6c5d4e3f2a10/members")]
    [InlineData("/api/v1/connections/ann@example.com/members", 404, "/api/v1/connections/{id}/members")]
    [InlineData("/api/v1/projects/0123456789abcdef0123456789abcdef/check", 404, "/api/v1/projects/{id}/check")]
    [InlineData("/api/v1/projects/none/check", 404, "/api/v1/projects/{id}/check")]
    [InlineData("/api/v1/projects", 400, "/api/v1/projects")]
    [InlineData("/ingest/mparticle", 400, "/ingest/mparticle")]
    [InlineData("/nowhere", 404, "(no route)")]
    public async Task The_id_in_a_response_finds_the_line_of_its_request(string path, int status, string shown)
    {
        await using var host = await TestService.StartAsync();
        var id = (string)(await host.PostAsync(path, "{}")).ExpectProblem(status)["traceId"]!;

        await Eventually.TrueAsync(() => host.Logs.Any(line => line.Contains(id, StringComparison.Ordinal)));
        Assert.Matches(
            $"^Information HTTP \"POST\" \"{Regex.Escape(shown)}\" responded {status} in [0-9.]+ ms, \"{id}\"",
            host.Logs.Single(line => line.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_id_in_a_response_to_an_unexpected_error_finds_the_exception()
    {
        await using var host = await TestService.StartAsync(map: app => app.MapGet("/probe/broken", () => { throw new InvalidOperationException("broken on purpose"); }));
        var id = (string)(await host.GetAsync("/probe/broken")).ExpectProblem(500)["traceId"]!;

        Assert.Contains(host.Logs, line => line.StartsWith($"Error Request \"{id}\", \"GET\" ", StringComparison.Ordinal) && line.Contains("broken on purpose", StringComparison.Ordinal));
    }
}
