using System.Reflection;
using IterableForwarder.Http;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Streams;

namespace IterableForwarder.Tests.Delivery;

public sealed class UserAgentTests
{
    [Fact]
    public async Task Every_call_to_Iterable_says_which_service_makes_it()
    {
        await using var pipeline = await StreamStage.StartAsync();
        // Reading lists, making one, subscribing, unsubscribing, tracking, updating, checking a key.
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listName\":\"VIP\"");
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@example.com")));
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Remove("ann@example.com")));
        var stream = await pipeline.AddStreamAsync();
        (await pipeline.PostEventsAsync(stream, StreamStage.Event("ann", "e-1"))).Expect(202);
        (await pipeline.PostUsersAsync(stream, StreamStage.User("ann", "{\"tier\":\"pro\"}"))).Expect(202);
        await pipeline.SettledAsync(stream);
        (await pipeline.Service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/check")).Expect(200);

        var calls = pipeline.Sandbox.State.Calls();

        Assert.Equal(
            [
                "GET /api/lists", "POST /api/events/trackBulk", "POST /api/lists", "POST /api/lists/subscribe", "POST /api/lists/unsubscribe",
                "POST /api/users/bulkUpdate",
            ],
            calls.Select(call => $"{call.Method} {call.Path}").Distinct().Order(StringComparer.Ordinal));
        Assert.All(calls, call => Assert.Matches("^IterableForwarder/[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?$", call.UserAgent));
        Assert.All(calls, call => Assert.StartsWith(call.UserAgent!["IterableForwarder/".Length..], InformationalVersion));
    }

    [Fact]
    public async Task A_retry_says_which_service_makes_it()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, _) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new() { Kind = Iterable.Sandbox.Faults.FaultKind.Status, Status = 503, Path = "/api/lists/subscribe", Times = 1 });

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("ann@example.com")));

        var calls = pipeline.Sandbox.State.Calls("/api/lists/subscribe");
        Assert.Equal([503, 200], calls.Select(call => call.Status));
        Assert.Single(calls.Select(call => call.UserAgent).Distinct(), ServiceVersion.UserAgent);
    }

    private static string InformationalVersion =>
        typeof(ServiceVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
