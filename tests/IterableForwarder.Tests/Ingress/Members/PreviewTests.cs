using System.Text.Json.Nodes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Fuzzing;
using IterableForwarder.Tests.Ingress.Segment;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Ingress.Members;

/// <summary>A preview shows whatever members accepts, within its own limits.</summary>
public sealed class PreviewTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const int Seed = 20261201;
    private const int Sent = 1_500;

    [Theory]
    [InlineData(55)]
    [InlineData(58)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(61)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(500)]
    public async Task A_value_of_any_depth_that_members_accepts_is_previewed(int depth)
    {
        var connection = await ConnectAsync($"deep-{depth}", """{"tree":"tree"}""");
        var body = Changes($$$"""{"action":"add","email":"a@example.com","attributes":{"tree":{{{new string('[', depth)}}}{{{new string(']', depth)}}}}}""");

        (await service.PostAsync($"{connection}/members", body)).Expect(202);

        Assert.Equal(200, (await service.PostAsync($"{connection}/preview", body)).Status);
    }

    [Fact]
    public async Task Whatever_members_accepts_is_previewed()
    {
        var connection = await ConnectAsync("fuzzed", """{"first_name":"firstName","plan":"plan"}""");
        var mutator = new Mutator(Seed, FuzzTests.Corpus());
        var accepted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, Sent).Select(_ => mutator.Next()).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (input, _) =>
        {
            var status = (await SendAsync($"{connection}/members", input)).Status;
            var preview = (await SendAsync($"{connection}/preview", input)).Status;
            Assert.True((status, preview) is (202, 200) or (400, 400), $"members {status}, preview {preview} for {Convert.ToBase64String(input)}");
            if (status == 202) Interlocked.Increment(ref accepted);
        });

        Assert.InRange(accepted, Sent / 50, Sent);
    }

    [Fact]
    public async Task A_preview_has_at_most_10_000_changes()
    {
        var connection = await ConnectAsync("many", "{}");

        var full = await service.PostAsync($"{connection}/preview", Changes([.. Enumerable.Range(0, 10_000).Select(i => Wire.Add($"m{i}@example.com"))]));
        var refused = await service.PostAsync($"{connection}/preview", Changes([.. Enumerable.Range(0, 10_001).Select(i => Wire.Add($"m{i}@example.com"))]));

        Assert.Equal(10_000, full.Expect(200)["requests"]!.AsArray().Sum(r => r!["body"]!["subscribers"]!.AsArray().Count));
        Assert.Contains("Ingest:MaxPreviewChanges", (string)refused.ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxPreviewChanges", "1"));
        var path = $"/api/v1/connections/{await own.AddSegmentConnectionAsync(await own.AddProjectAsync("few"), "\"listId\":42")}/preview";
        (await own.PostAsync(path, Changes(Wire.Add("a@example.com")))).Expect(200);
        (await own.PostAsync(path, Changes(Wire.Add("a@example.com"), Wire.Add("b@example.com")))).ExpectProblem(413);
    }

    [Fact]
    public async Task A_preview_is_at_most_32_MB_long_however_often_a_value_is_mapped_and_gives_its_memory_back()
    {
        var fields = new JsonObject(Enumerable.Range(0, 100).Select(i => KeyValuePair.Create($"f{i}", (JsonNode?)"big")));
        var connection = await ConnectAsync("wide", fields.ToJsonString());
        string Body(int changes) => Changes([.. Enumerable.Range(0, changes).Select(i => Wire.Add($"m{i}@example.com", $$$""","attributes":{"big":"{{{new string('x', 200_000)}}}"}"""))]);

        (await service.PostAsync($"{connection}/preview", Body(1))).Expect(200);
        Assert.Contains("33554432 bytes", (string)(await service.PostAsync($"{connection}/preview", Body(2))).ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        (await service.PostAsync($"{connection}/preview", Body(100))).ExpectProblem(413);
        await Eventually.TrueAsync(() => service.Services.GetRequiredService<BodyMemory>().Used == 0);
    }

    private async Task<string> ConnectAsync(string key, string attributes)
    {
        var project = await service.AddProjectAsync(key);
        var connection = (await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":42,"attributes":{{attributes}}}""")).Expect(201);
        return $"/api/v1/connections/{(string?)connection["id"]}";
    }

    private async Task<ServiceResponse> SendAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        return await service.SendAsync(HttpMethod.Post, path, content);
    }

    private static string Changes(params string[] changes) => $$"""{"changes":[{{string.Join(',', changes)}}]}""";
}
