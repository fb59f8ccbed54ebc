using System.Net.Sockets;
using System.Text;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Segment;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What holds for every path that takes a body: it is read in one way.</summary>
public sealed class EveryPathTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    public static TheoryData<string> Paths =>
        ["members", "members as NDJSON", "preview", "preview as NDJSON", "mparticle", "registration", "segment", "audiences", "cohorts", "lists", "lists add", "events", "users", "stream preview", "pause"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_byte_order_mark_before_a_body_is_skipped(string path)
    {
        var request = await PathRequest.OfAsync(service, path, $"bom-{path}".Replace(' ', '-'));
        byte[] marked = [.. Mark, .. Encoding.UTF8.GetBytes(request.Body)];

        Assert.InRange((await request.SendAsync(service, marked, isPacked: false)).Status, 200, 202);
        if (path is not ("registration" or "pause")) Assert.InRange((await request.SendAsync(service, marked, isPacked: true)).Status, 200, 202);
        // it is no JSON anywhere else, and neither are two of them
        Assert.Equal(path == "registration" ? 401 : 400, (await request.SendAsync(service, [.. Mark, .. marked], isPacked: false)).Status);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_body_that_says_it_is_too_long_is_refused_before_any_of_it_is_read(string path)
    {
        // lines have a limit of their own, strangers are not read this far, and of a pause the server itself refuses more than 30 MB
        if (path is "members as NDJSON" or "preview as NDJSON" or "registration" or "pause") return;
        var request = await PathRequest.OfAsync(service, path, $"long-{path}".Replace(' ', '-'));
        using var client = new TcpClient();
        await client.ConnectAsync(service.Http.BaseAddress!.Host, service.Http.BaseAddress.Port);
        await using var stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {request.Path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {request.Key}\r\nContent-Type: {request.MediaType}\r\nContent-Length: {64 << 20}\r\n\r\n"));

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync());
        // the sender must not send another request behind what it still has of this one
        var headers = new List<string>();
        while (await reader.ReadLineAsync() is { Length: > 0 } header) headers.Add(header);
        Assert.Contains("Connection: close", headers);
    }

    [Fact]
    public async Task A_number_is_the_same_id_in_each_of_its_forms_at_ingest()
    {
        service.Iterable.AddList("number-key", "A list", 8101);
        var project = await service.AddProjectAsync("number-key", ",\"type\":\"userId\"");
        var connection = (string)(await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":8.101e3,"campaignId":7.0,"requireEmail":false}""")).Expect(201)["id"]!;
        foreach (var (add, remove) in new[] { ("42", "42.0"), ("4.3e1", "43"), ("9007199254740993.0", "9007199254740993"), ("-0.0", "0"), ("1e2", "\"100\"") })
        {
            await ChangeAsync(connection, $$"""{"action":"add","customerId":{{add}}}""");
            await ChangeAsync(connection, $$"""{"action":"remove","customerId":{{remove}}}""");
        }
        await ChangeAsync(connection, """{"action":"add","customerId":1.5},{"action":"add","customerId":"42.0"}""");

        await service.DeliveredAsync(project);
        Assert.Equal(7, (long)(await service.GetAsync($"/api/v1/connections/{connection}")).Json["campaignId"]!);
        Assert.Equal(400, (await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":8101.5}""")).Status);
        Assert.Equal(["1.5", "42.0"], service.Iterable.Members(8101).Select(m => m.UserId).Order());
    }

    [Fact]
    public async Task A_member_without_an_email_is_identified_by_the_customer_id_where_none_is_required()
    {
        foreach (var (type, list) in new[] { ("userId", 8201), ("hybrid", 8202) })
        {
            var key = $"no-email-{type}";
            service.Iterable.Configure(key, s => s with { Type = Enum.Parse<Iterable.Sandbox.Projects.ProjectType>(type, ignoreCase: true) });
            service.Iterable.AddList(key, "A list", list);
            var project = await service.AddProjectAsync(key, $",\"type\":\"{type}\"");
            var connection = (string)(await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":{{list}},"requireEmail":false}""")).Expect(201)["id"]!;
            await ChangeAsync(connection, """{"action":"add","customerId":"c-1"},{"action":"add","customerId":"c-2"},{"action":"add","email":" "},{"action":"add","email":"a@example.com","customerId":"c-3"}""");
            await ChangeAsync(connection, """{"action":"remove","customerId":"c-1"}""");

            var status = Assert.Single(await service.DeliveredAsync(project))!["status"]!;
            Assert.Equal(["c-2", "c-3"], service.Iterable.Members(list).Select(m => m.UserId).Order());
            Assert.Equal(1, (long)status["dropped"]!);
            var adds = service.BodiesOf("/api/lists/subscribe", list).SelectMany(b => b["subscribers"]!.AsArray());
            Assert.All(adds, m => Assert.Equal(type == "userId", (bool?)m!["preferUserId"] == true));
        }
    }

    [Fact]
    public async Task A_value_that_is_nested_too_deeply_counts_as_missing_where_it_is_kept_and_is_skipped_elsewhere()
    {
        await using var own = await ForwarderFixture.StartAsync();
        own.Iterable.AddList("deep-key", "A list", 8301);
        var project = await own.AddProjectAsync("deep-key");
        var connection = (string)(await own.PostAsync(
            "/api/v1/connections", $$$"""{"projectId":"{{{project}}}","name":"c","listId":8301,"attributes":{"tree":"tree","name":"name"}}""")).Expect(201)["id"]!;
        static string Deep(int levels) => new string('[', levels) + new string(']', levels);
        var changes = $$$"""
            {"changes":[{"action":"add","email":"a@example.com","attributes":{"name":"A","tree":{{{Deep(61)}}},"other":{{{Deep(500)}}}},"unknown":{{{Deep(2000)}}}},
                        {"action":"add","email":"b@example.com","attributes":{"name":"B","tree":{{{Deep(60)}}}}}]}
            """;
        var preview = await own.PostAsync($"/api/v1/connections/{connection}/preview", changes);
        Assert.Equal(200, preview.Status);
        (await own.PostAsync($"/api/v1/connections/{connection}/members", changes)).Expect(202);

        await own.DeliveredAsync(project);
        var sent = Assert.Single(own.Iterable.Calls("/api/lists/subscribe")).Body!;
        Assert.Contains("""{"email":"a@example.com","dataFields":{"name":"A"}}""", sent, StringComparison.Ordinal);
        Assert.Contains($$$"""{"email":"b@example.com","dataFields":{"tree":{{{Deep(60)}}},"name":"B"}}""", sent, StringComparison.Ordinal);
        Assert.Contains(Deep(60), preview.Text, StringComparison.Ordinal);
        Assert.Equal(["a@example.com", "b@example.com"], own.EmailsOn(8301));
    }

    private async Task ChangeAsync(string connection, string changes) =>
        (await service.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{changes}}]}""")).Expect(202);
}
