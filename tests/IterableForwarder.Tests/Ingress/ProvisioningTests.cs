using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.MParticle;
using IterableForwarder.Tests.Ingress.Segment;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What sources may create: nothing with the provisioning <c>known</c>, and a bounded number of projects.</summary>
public sealed class ProvisioningTests
{
    private const string ApiKey = "provisioning-key";

    [Fact]
    public async Task With_known_provisioning_a_Segment_request_that_names_an_unknown_audience_is_refused_whole_and_others_are_accepted()
    {
        await using var service = await ForwarderFixture.StartAsync(("Ingest:Segment:Provisioning", "known"));
        var project = await service.AddProjectAsync(ApiKey);
        var list = service.Iterable.AddList(ApiKey, "A list").Id;
        await service.AddSegmentConnectionAsync(project, $"\"listId\":{list}");

        foreach (var body in (string[])[SegmentWire.Identify("a@example.com", audience: "other"), SegmentWire.ArrayOf(SegmentWire.Identify("b@example.com"), SegmentWire.Identify("c@example.com", audience: "other"))])
        {
            var detail = (string)(await service.SendEventsAsync(project, body)).ExpectProblem(403)["detail"]!;
            Assert.Contains("audience other", detail, StringComparison.Ordinal);
            Assert.Contains("Ingest:Segment:Provisioning", detail, StringComparison.Ordinal);
        }

        Assert.Equal(1, (int)(await service.AcceptEventsAsync(project, SegmentWire.Identify("d@example.com")))["accepted"]!);
        Assert.Equal(1, (int)(await service.AcceptEventsAsync(project, """{"type":"track","event":"Other","userId":"u"}"""))["ignored"]!);
        await service.TheConnectionAsync(project);
        Assert.Equal(["d@example.com"], service.EmailsOn(list));
    }

    [Fact]
    public async Task With_known_provisioning_an_unknown_cohort_is_refused_in_either_form_and_known_ones_are_accepted()
    {
        await using var service = await ForwarderFixture.StartAsync(("Ingest:Amplitude:Provisioning", "known"));
        var project = await service.AddProjectAsync(ApiKey);
        var list = service.Iterable.AddList(ApiKey, "A list").Id;
        foreach (var audience in (string[])["known", "lists/Known"])
            (await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"{{audience}}","source":"amplitude","audienceId":"{{audience}}","listId":{{list}}}""")).Expect(201);

        AssertRefused(await service.SendCohortAsync(project, CohortWire.Message(["ann"], cohort: "other")), "audience other");
        AssertRefused(await ListAsync("Other"), "audience lists/Other");

        await service.AcceptCohortAsync(project, CohortWire.Message(["bob"], cohort: "known"));
        (await ListAsync("Known")).Expect(200);
        await service.DeliveredAsync(project);
        Assert.Equal(["bob@example.com"], service.EmailsOn(list));
        Assert.Equal(2, (await service.GetAsync($"/api/v1/connections?projectId={project}")).Items.Count);

        Task<ServiceResponse> ListAsync(string name) => service.PostAsync($"/ingest/amplitude/{project}/lists", $$"""{"name":"{{name}}"}""", TestService.IngestKey);

        static void AssertRefused(ServiceResponse response, string audience)
        {
            var detail = (string)response.ExpectProblem(403)["detail"]!;
            Assert.Contains(audience, detail, StringComparison.Ordinal);
            Assert.Contains("Ingest:Amplitude:Provisioning", detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Once_messages_have_created_a_thousand_projects_a_further_one_is_refused_and_known_ones_go_on()
    {
        await using var service = await ForwarderFixture.StartAsync();
        await service.AcceptAsync(Firehose.Change(ApiKey, "a@example.com"));
        // as messages create them
        await Task.WhenAll(Enumerable.Range(0, 998).Select(i => service.Projects.GetOrAddAsync(
            new Project
            {
                Id = new ProjectId(Guid.NewGuid()),
                Name = "mParticle",
                ApiKey = $"made-up-key-{i}",
                DataCenter = IterableDataCenter.Us,
                UserId = IdentityRule.CustomerId,
                Source = new() { FollowsSource = true },
                CreatedAt = TimeProvider.System.GetUtcNow(),
            },
            CancellationToken.None)));
        await service.AcceptAsync(Firehose.Change("the-thousandth-key", "b@example.com"));

        var refused = await service.SendAsync(Firehose.Change("one-key-too-many", "c@example.com"));

        Assert.Contains("1000 projects", (string)refused.ExpectProblem(403)["detail"]!, StringComparison.Ordinal);
        Assert.False(service.Projects.TryGetByApiKey("one-key-too-many", out _));
        // neighbours, known audiences and new ones, and an operator's project
        await service.AcceptAsync(Firehose.Change(ApiKey, "d@example.com"));
        await service.AcceptAsync(Firehose.Change(ApiKey, "e@example.com", audience: "789"));
        await service.AcceptAsync(Firehose.Change("made-up-key-7", "f@example.com"));
        var added = await service.AddProjectAsync("one-key-too-many");
        await service.AcceptAsync(Firehose.Change("one-key-too-many", "g@example.com"));
        Assert.Single((await service.GetAsync($"/api/v1/connections?projectId={added}")).Items);
    }
}
