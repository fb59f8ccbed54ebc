using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace IterableForwarder.Tests.Delivery;

/// <summary>Success has to be said: a 2xx that does not say what became of the members is tried again.</summary>
public sealed class NoAnswerTests
{
    [Fact]
    public async Task F8_A_2xx_that_does_not_count_as_an_answer_is_sent_again()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 200, Code = "GenericError", Path = "/api/lists/subscribe", Times = 1 });

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
        Assert.Equal(2, pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe"));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"status":"maintenance"}""")]
    [InlineData("""{"successCount":0,"failCount":0}""")]
    [InlineData("<html>ok</html>")]
    public async Task The_members_wait_and_the_connection_says_why(string body)
    {
        using var iterable = Answering(body);
        await using var pipeline = await Pipeline.StartAsync(settings: ("Iterable:Endpoints:us", iterable.Url!));
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":7");

        await pipeline.PostAsync(connection, Wire.Add("a@x.com"));

        var shown = await pipeline.ConnectionAsync(connection, c => iterable.LogEntries.Count > 2 && (string?)c["status"]!["waitsFor"]?["reason"] == "backOff");
        Assert.Equal((1, 0), ((long)shown["status"]!["pending"]!, (long)shown["status"]!["delivered"]!));
        Assert.Contains("HTTP 200", (string)shown["status"]!["lastError"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_that_fall_short_are_a_warning_until_the_connection_is_resumed()
    {
        using var iterable = Answering("""{"successCount":1,"failCount":0}""");
        await using var pipeline = await Pipeline.StartAsync(settings: ("Iterable:Endpoints:us", iterable.Url!));
        var connection = await pipeline.Service.AddConnectionAsync(pipeline.ProjectId, ",\"listId\":7");

        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com"), Wire.Add("b@x.com"), Wire.Add("c@x.com")));

        var shown = await pipeline.ConnectionAsync(connection, _ => true);
        Assert.Equal(3, (long)shown["status"]!["delivered"]!);
        Assert.Contains("countsShort: Iterable answered for 1 of 3 members of a call.", shown["warnings"]!.AsArray().Select(w => (string)w!));
        var resumed = (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        Assert.Empty(resumed["warnings"]!.AsArray());
    }

    private static WireMockServer Answering(string body)
    {
        var server = WireMockServer.Start();
        server.Given(Request.Create().WithPath("/api/lists/subscribe")).RespondWith(Response.Create().WithStatusCode(200).WithBody(body));
        return server;
    }
}
