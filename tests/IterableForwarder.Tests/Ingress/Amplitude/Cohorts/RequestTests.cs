using System.IO.Compression;
using System.Text;
using IterableForwarder.Tests.Hosting;
using static IterableForwarder.Tests.Ingress.Amplitude.Cohorts.CohortWire;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>Who may send, what is refused, and how much is taken.</summary>
public sealed class RequestTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    /// <summary>What Amplitude sends at most, and how often at once.</summary>
    private const int Users = 10_000;

    [Fact]
    public async Task Only_a_key_for_the_project_permits_the_path()
    {
        var project = await service.MakeProjectAsync("c-keys");
        var other = await service.MakeProjectAsync("c-keys-other");
        var limited = (string)(await service.PostAsync("/api/v1/keys", $$"""{"name":"amplitude","kind":"ingest","projectIds":["{{project}}"]}""")).Expect(201)["key"]!;

        (await service.SendCohortAsync(project, Enter("a"), key: null)).ExpectProblem(401);
        (await service.SendCohortAsync(project, Enter("a"), TestService.MetricsKey)).ExpectProblem(403);
        (await service.SendCohortAsync(other, Enter("a"), limited)).ExpectProblem(403);
        (await service.SendCohortAsync(project, Enter("a"), limited)).Expect(200);
        Assert.Empty(await service.DeliveredAsync(other));
    }

    [Theory]
    [InlineData("0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("nonsense")]
    public async Task An_unknown_project_is_404(string project) => (await service.SendCohortAsync(project, Enter("a"))).ExpectProblem(404);

    [Fact]
    public async Task Another_content_type_or_encoding_is_415_and_broken_gzip_400()
    {
        var project = await service.MakeProjectAsync("c-types");
        using var text = new StringContent(Enter("a"), Encoding.UTF8, "text/plain");
        (await service.SendAsync(HttpMethod.Post, PathOf(project), text)).ExpectProblem(415);
        using var brotli = Encoded(Encoding.UTF8.GetBytes(Enter("a")), "br");
        (await service.SendAsync(HttpMethod.Post, PathOf(project), brotli)).ExpectProblem(415);
        using var broken = Encoded(Zipped(Enter("a"))[..^5], "gzip");
        Assert.Equal(["$"], (await service.SendAsync(HttpMethod.Post, PathOf(project), broken)).ExpectErrors());
        using var gzip = Encoded(Zipped(Enter("a")), "gzip");
        (await service.SendAsync(HttpMethod.Post, PathOf(project), gzip)).Expect(200);
        Assert.Equal(["a@example.com"], await service.OnListAsync(project, "c-types"));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_and_nothing_of_it_is_accepted()
    {
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxBodyBytes", "2000"));
        var project = await own.MakeProjectAsync("c-large");
        (await own.SendCohortAsync(project, Message(Enumerable.Range(0, 100).Select(i => $"u{i}")))).ExpectProblem(413);
        Assert.Empty(await own.DeliveredAsync(project));
    }

    [Fact]
    public async Task A_full_connection_gets_429_and_a_repetition_gets_its_first_response()
    {
        await using var own = await ForwarderFixture.StartAsync(("Ingest:MaxPendingPerConnection", "2"));
        var project = await own.MakeProjectAsync("c-full");
        await own.AcceptCohortAsync(project, Message([]));
        var id = (string)(await own.TheCohortAsync(project))["id"]!;
        (await own.PostAsync($"/api/v1/connections/{id}/pause", "{}")).Expect(200);
        var accepted = await own.AcceptCohortAsync(project, Message(["a", "b"], id: "m-1"));

        var refused = await own.SendCohortAsync(project, Enter("c", id: "m-2"));
        Assert.Contains("2 changes are pending", (string)refused.ExpectProblem(429)["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal((string)accepted["batchId"]!, (string)(await own.AcceptCohortAsync(project, Message(["a", "b"], id: "m-1")))["batchId"]!);
        var tooMany = await own.SendCohortAsync(project, Message(["c", "d", "e"], id: "m-3"));
        tooMany.ExpectProblem(413);

        (await own.PostAsync($"/api/v1/connections/{id}/resume", "{}")).Expect(200);
        await own.TheCohortAsync(project);
        await own.AcceptCohortAsync(project, Enter("c", id: "m-2"));
        Assert.Equal(["a@example.com", "b@example.com", "c@example.com"], await own.OnListAsync(project, "c-full"));
    }

    [Fact]
    public async Task Four_messages_of_ten_thousand_users_at_once_are_all_accepted_and_delivered()
    {
        var project = await service.MakeProjectAsync("c-four");
        var messages = Enumerable.Range(0, 4).Select(n => Message(Enumerable.Range(n * Users, Users).Select(i => $"u{i}"), id: $"m::enter::{n}"));
        var responses = await Task.WhenAll(messages.Select(m => service.AcceptCohortAsync(project, m)));

        Assert.All(responses, a => Assert.Equal(Users, (long)a["received"]!));
        Assert.Equal(4 * Users, (await service.OnListAsync(project, "c-four")).Distinct().Count());
        Assert.Equal(4 * Users, (long)(await service.TheCohortAsync(project))["status"]!["delivered"]!);
    }

    [Fact]
    public async Task The_example_of_the_documentation_is_accepted_and_every_response_is_documented()
    {
        var project = await service.MakeProjectAsync("c-example");
        var operation = (await service.GetAsync("/swagger/v1/swagger.json")).Json["paths"]!["/ingest/amplitude/{projectId}/cohorts"]!["post"]!;
        (await service.SendCohortAsync(project, operation["requestBody"]!["content"]!["application/json"]!["example"]!.ToJsonString())).Expect(200);
        Assert.Equal(2, (long)(await service.TheCohortAsync(project))["status"]!["delivered"]!);
        string[] statuses = ["200", "400", "401", "403", "404", "413", "415", "429", "500", "503"];
        Assert.Equal(statuses, operation["responses"]!.AsObject().Select(r => r.Key));
        Assert.All(operation["responses"]!.AsObject(), r => Assert.NotNull(r.Value!["content"]!.AsObject().Single().Value!["example"]));
    }

    private static ByteArrayContent Encoded(byte[] body, string encoding) => new(body) { Headers = { ContentType = new("application/json"), ContentEncoding = { encoding } } };

    private static byte[] Zipped(string text)
    {
        using var output = new MemoryStream();
        using (var zip = new GZipStream(output, CompressionLevel.Fastest)) zip.Write(Encoding.UTF8.GetBytes(text));
        return output.ToArray();
    }
}
