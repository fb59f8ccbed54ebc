using System.Text.Json.Nodes;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Documents;

/// <summary>README's tour, taken.</summary>
public sealed class TourTests
{
    private const string Changes =
        """
        {"changes":[
          {"action":"add","email":"Ann@Example.com","customerId":"c-1","attributes":{"first_name":"Ann"}},
          {"action":"add","customerId":"c-2"},
          {"action":"add","email":"nobody","customerId":"c-3"}]}
        """;

    private const string MessageId = "7d0d4b1e-3342-4e1e-a691-84bd7e762bda";

    [Fact]
    public async Task Every_response_of_the_tour_is_the_one_of_the_service()
    {
        var shown = Document.Section("README.md", "A five-minute tour").Json();
        await using var pipeline = await Pipeline.StartAsync(settings: [("Delivery:MinBackOff", "00:00:02"), ("Delivery:MaxBackOff", "00:00:02")]);
        pipeline.Sandbox.State.AddList(Pipeline.ApiKey, "VIP customers", 42);

        var live = await TakeAsync(pipeline).ToListAsync();

        var differences = shown.SelectMany(BlocksOf).Zip(live).SelectMany((pair, i) => Shape.Differences(Shape.Read(pair.First), pair.Second, $"block {i + 1}")).ToArray();
        Assert.True(differences.Length == 0, string.Join(Environment.NewLine, differences));
        Assert.Equal(shown.SelectMany(BlocksOf).Count(), live.Count);
    }

    /// <summary>The last block has the answers of two calls.</summary>
    private static IEnumerable<string> BlocksOf(string block) => block.Contains("}\n{", StringComparison.Ordinal)
        ? [block[..(block.IndexOf("}\n{", StringComparison.Ordinal) + 1)], block[(block.IndexOf("}\n{", StringComparison.Ordinal) + 2)..]]
        : [block];

    private static async IAsyncEnumerable<JsonNode> TakeAsync(Pipeline pipeline)
    {
        var service = pipeline.Service;
        yield return (await service.PostAsync($"/api/v1/projects/{pipeline.ProjectId}/check")).Expect(200);
        var made = await service.PostAsync(
            "/api/v1/connections", $$"""{"projectId":"{{pipeline.ProjectId}}","name":"Spring sale","listName":"Spring sale","attributes":{"firstName":"first_name"} }""");
        var path = $"/api/v1/connections/{made.Expect(201)["id"]}";
        var connection = (await service.GetAsync(path)).Expect(200);
        yield return connection;
        var preview = (await service.PostAsync($"{path}/preview", Changes)).Expect(200);
        yield return preview;

        var batch = (string)(await service.PostAsync($"{path}/members", Changes)).Expect(202)["batchId"]!;
        yield return await pipeline.CompletedAsync(batch);
        yield return (await service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200);
        using var sandbox = new HttpClient(new SocketsHttpHandler()) { BaseAddress = pipeline.Sandbox.BaseAddress };
        yield return JsonNode.Parse(await sandbox.GetStringAsync($"/_sandbox/lists/{connection["listId"]}/members"))!;
        yield return (await service.PostAsync($"{path}/members", """{"changes":[{"action":"upsert","email":"a@example.com"},{"email":7}]}""")).Expect(400);

        pipeline.Sandbox.State.AddFault(new() { Kind = FaultKind.Status, Path = "/api/lists/*", Status = 503, Message = "A fault asked for" });
        (await service.PostAsync($"{path}/members", """{"changes":[{"action":"add","email":"kim@example.com","customerId":"c-4"}]}""")).Expect(202);
        var id = (string)connection["id"]!;
        yield return await pipeline.ConnectionAsync(id, c => c["status"]!["waitsFor"]?["until"] is not null);
        pipeline.Sandbox.State.RemoveFaults();
        yield return await pipeline.ConnectionAsync(id, c => (int)c["status"]!["pending"]! == 0 && c["status"]!["lastError"] is null);

        yield return (await service.PostAsync(
            "/ingest/mparticle",
            $$"""
            {"type":"audience_membership_change_request","id":"{{MessageId}}","timestamp_ms":{{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}},
             "account":{"account_settings":{"apiKey":"{{Pipeline.ApiKey}}","userIdField":"mpid"} },
             "user_profiles":[{"mpid":"-7246244611012968789","user_identities":[],"audiences":[
               {"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"}]}]}
            """)).Expect(202);
        yield return (await Eventually.GetAsync(
            () => service.GetAsync($"/api/v1/batches?sourceId={MessageId}"), a => a.Items is [{ } only] && (string?)only["state"] == "completed", TimeSpan.FromSeconds(30))).Json;
    }
}
