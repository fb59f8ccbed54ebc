using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Builder;

namespace IterableForwarder.Tests.Telemetry;

public sealed class RequestLogTests
{
    [Theory]
    [InlineData("/api/v1/connections/none/members", 404)]
    [InlineData("/ingest/mparticle", 400)]
    [InlineData("/nowhere", 404)]
    public async Task The_id_in_an_answer_finds_the_line_of_its_request(string path, int status)
    {
        await using var host = await TestService.StartAsync();
        var id = (string)(await host.PostAsync(path, "{}")).ExpectProblem(status)["traceId"]!;

        await Eventually.TrueAsync(() => host.Logs.Any(line => line.Contains(id, StringComparison.Ordinal)));
        Assert.Matches(
            $"^Information HTTP \"POST\" \"{path}\" responded {status} in [0-9.]+ ms, \"{id}\"",
            host.Logs.Single(line => line.Contains(id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_id_in_an_answer_to_what_nobody_expected_finds_the_exception()
    {
        await using var host = await TestService.StartAsync(map: app => app.MapGet("/probe/broken", () => { throw new InvalidOperationException("broken on purpose"); }));
        var id = (string)(await host.GetAsync("/probe/broken")).ExpectProblem(500)["traceId"]!;

        Assert.Contains(host.Logs, line => line.StartsWith($"Error Request \"{id}\", \"GET\" ", StringComparison.Ordinal) && line.Contains("broken on purpose", StringComparison.Ordinal));
    }
}
