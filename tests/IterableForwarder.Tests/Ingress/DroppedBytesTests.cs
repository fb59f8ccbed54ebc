using IterableForwarder.Changes;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.Segment;
using Microsoft.Extensions.DependencyInjection;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>How much a project may keep of what is dropped: whoever floods the service with it harms nobody else.</summary>
public sealed class DroppedBytesTests
{
    private const string Setting = "Ingest:MaxDroppedBytes";

    private readonly SettableClock _clock = new();

    [Theory]
    [InlineData("members", 429)]
    [InlineData("ndjson", 429)]
    [InlineData("mparticle", 503)]
    [InlineData("segment", 429)]
    [InlineData("cohorts", 429)]
    [InlineData("lists", 429)]
    [InlineData("events", 429)]
    public async Task A_project_that_floods_with_dropped_changes_is_refused_alone_until_their_retention_ends(string source, int status)
    {
        await using var service = await StartAsync(4000);
        var (flooding, other) = (await TenantAsync(service, "flooding-key"), await TenantAsync(service, "other-key"));

        var refused = await FloodAsync(service, flooding, source);

        Assert.Contains(Setting, (string)refused.ExpectProblem(status)["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        // what is not dropped goes on, and so does everybody else
        await AcceptAsync(service, flooding, source, isDropped: false);
        await AcceptAsync(service, other, source, isDropped: false);
        await AcceptAsync(service, other, source, isDropped: true);

        var (kept, keptOfOther) = (KeptBy(service, flooding), KeptBy(service, other));
        Assert.InRange(kept, 2000, 4000);
        Assert.InRange(keptOfOther, 1, 2000);
        await service.DeliveredAsync(flooding.Project);
        await service.DeliveredAsync(other.Project);
        await service.RestartAsync();
        Assert.Equal((kept, keptOfOther), (KeptBy(service, flooding), KeptBy(service, other)));
        (await SendAsync(service, flooding, source, isDropped: true)).ExpectProblem(status);

        _clock.SetForward(TimeSpan.FromDays(8));
        await Eventually.GetAsync(() => Task.FromResult((KeptBy(service, flooding), KeptBy(service, other))), k => k == (0, 0), TimeSpan.FromSeconds(30));
        await AcceptAsync(service, flooding, source, isDropped: true);
    }

    [Fact]
    public async Task A_deleted_connection_gives_back_what_its_dropped_changes_took()
    {
        await using var service = await StartAsync(4000);
        var tenant = await TenantAsync(service, "deleting-key");
        (await FloodAsync(service, tenant, "members")).ExpectProblem(429);

        (await service.SendAsync(HttpMethod.Delete, $"/api/v1/connections/{tenant.Connection}")).Expect(204);

        Assert.Equal(0, KeptBy(service, tenant));
        await AcceptAsync(service, tenant, "segment", isDropped: true);
    }

    [Fact]
    public async Task Of_an_entry_only_the_share_of_what_was_dropped_counts()
    {
        await using var service = await StartAsync(100_000);
        var tenant = await TenantAsync(service, "share-key");
        var good = string.Join(',', Enumerable.Range(0, 999).Select(i => Wire.Add($"m{i}@example.com")));

        (await service.PostAsync(PathOf(tenant), $$"""{"changes":[{{good}},{"action":"add","customerId":"c-1"}]}""")).Expect(202);

        // a thousandth of some 50 KB, and the words of the reason
        Assert.InRange(KeptBy(service, tenant), 1, 1500);
        Assert.Equal(1000, (long)(await service.GetAsync("/api/v1/batches")).Items.Single()!["counts"]!["received"]!);
    }

    [Fact]
    public async Task A_request_whose_dropped_changes_alone_exceed_the_limit_is_refused_for_good_and_leaves_nothing()
    {
        await using var service = await StartAsync(10_000);
        var tenant = await TenantAsync(service, "alone-key");
        var lines = string.Concat(Enumerable.Range(0, 25_000).Select(i => $$"""{"action":"add","customerId":"c-{{i}}"}""" + "\n"));
        using var body = new StringContent(lines, System.Text.Encoding.UTF8, "application/x-ndjson");

        var refused = await service.SendAsync(HttpMethod.Post, PathOf(tenant), body);

        Assert.Contains(Setting, (string)refused.ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        Assert.Equal(0, KeptBy(service, tenant));
        Assert.Empty((await service.GetAsync("/api/v1/batches")).Items);
    }

    private Task<ForwarderFixture> StartAsync(long max) => ForwarderFixture.StartAsync(
        builder => builder.Services.AddSingleton<TimeProvider>(_clock), (Setting, $"{max}"), ("Storage:PurgeEvery", "00:00:00.050"));

    private static async Task<Tenant> TenantAsync(ForwarderFixture service, string apiKey)
    {
        var project = await service.AddProjectAsync(apiKey);
        var connection = await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"VIP","listName":"VIP"}""");
        var stream = await service.PostAsync(
            "/api/v1/streams",
            $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true,"properties":["user_properties.plan"]}}""");
        var list = await service.PostAsync($"/ingest/amplitude/{project}/lists", """{"name":"A"}""");
        return new(apiKey, project, (string)connection.Expect(201)["id"]!, (string)stream.Expect(201)["id"]!, (string)list.Expect(200)["id"]!, service.Iterable.AddList(apiKey, "L").Id);
    }

    private static async Task<ServiceResponse> FloodAsync(ForwarderFixture service, Tenant tenant, string source)
    {
        for (var i = 0; i < 20; i++)
        {
            var response = await SendAsync(service, tenant, source, isDropped: true);
            if (response.Status >= 400) return response;
        }
        throw new InvalidOperationException("The flood was never refused.");
    }

    private static async Task AcceptAsync(ForwarderFixture service, Tenant tenant, string source, bool isDropped)
    {
        var response = await SendAsync(service, tenant, source, isDropped);
        Assert.True(response.Status is 200 or 202, response.ToString());
    }

    /// <summary>One change that is dropped, or one that is not.</summary>
    private static Task<ServiceResponse> SendAsync(ForwarderFixture service, Tenant tenant, string source, bool isDropped)
    {
        var change = isDropped ? """{"action":"add","customerId":"c-1"}""" : Wire.Add("a@example.com");
        var message = Firehose.Change(tenant.ApiKey, list: $"{tenant.IterableList}");
        return source switch
        {
            "members" => service.PostAsync(PathOf(tenant), $$"""{"changes":[{{change}}]}"""),
            "ndjson" => service.SendAsync(HttpMethod.Post, PathOf(tenant), new StringContent(change, System.Text.Encoding.UTF8, "application/x-ndjson")),
            "mparticle" => service.PostAsync(Firehose.Path, isDropped ? message.Replace("\"type\":\"email\"", "\"type\":\"other\"", StringComparison.Ordinal) : message),
            "segment" => service.PostAsync(SegmentWire.PathOf(tenant.Project), SegmentWire.Identify("a@example.com", member: isDropped ? "1" : "true", list: null)),
            "cohorts" => service.PostAsync(CohortWire.PathOf(tenant.Project), isDropped ? CohortWire.Message([]).Replace("\"users\":[]", "\"users\":[{}]", StringComparison.Ordinal) : CohortWire.Message(["a"])),
            "lists" => service.PostAsync($"/ingest/amplitude/{tenant.Project}/lists/{tenant.List}/add", $$"""{"userIds":[{{(isDropped ? "\"\"" : "\"c-1\"")}}]}"""),
            "events" => service.PostAsync($"/ingest/amplitude/{tenant.Stream}/events", isDropped ? """{"events":[{"event_type":"View"}]}""" : """{"events":[{"event_type":"View","user_id":"u"}]}"""),
            _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Unknown source"),
        };
    }

    private static string PathOf(Tenant tenant) => $"/api/v1/connections/{tenant.Connection}/members";

    private static long KeptBy(ForwarderFixture service, Tenant tenant) =>
        ProjectId.TryParse(tenant.Project, out var project) ? service.Services.GetRequiredService<PendingCounts>().DroppedBytesOf(project) : -1;

    private sealed record Tenant(string ApiKey, string Project, string Connection, string Stream, string List, long IterableList);
}
