using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.MParticle;
using IterableForwarder.Tests.Ingress.Segment;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What one message of a source may bring: changes, and lists for one audience.</summary>
public sealed class MessageLimitTests
{
    private const string ApiKey = "limit-key";

    [Theory]
    [InlineData("profiles")]
    [InlineData("audiences")]
    [InlineData("mparticle events")]
    [InlineData("segment")]
    [InlineData("cohorts")]
    [InlineData("lists add")]
    [InlineData("events")]
    [InlineData("operations")]
    public async Task A_message_with_more_changes_than_it_may_have_is_refused_whole_and_one_with_just_as_many_is_accepted(string kind)
    {
        await using var service = await ForwarderFixture.StartAsync(("Ingest:MaxChangesPerMessage", "4"));
        var project = await service.AddProjectAsync(ApiKey);
        var stream = (string)(await service.PostAsync(
            "/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true,"properties":["user_properties.plan"]}}""")).Expect(201)["id"]!;
        var listed = (string)(await service.PostAsync($"/ingest/amplitude/{project}/lists", """{"name":"A"}""")).Expect(200)["id"]!;

        var refused = await SendAsync(5);

        Assert.Contains("more than 4 changes", (string)refused.ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        Assert.Contains("Ingest:MaxChangesPerMessage", (string)refused.Json["detail"]!, StringComparison.Ordinal);
        Assert.Empty((await service.GetAsync("/api/v1/batches")).Items);
        Assert.InRange((await SendAsync(4)).Status, 200, 202);

        Task<ServiceResponse> SendAsync(int changes)
        {
            var numbers = Enumerable.Range(0, changes).ToList();
            return kind switch
            {
                "profiles" => PostAsync(Firehose.Path, Firehose.Change(ApiKey).Replace("\"user_profiles\":[", $"\"user_profiles\":[{string.Concat(numbers.Skip(1).Select(_ => "1,"))}", StringComparison.Ordinal)),
                "audiences" => PostAsync(Firehose.Path, Firehose.Change(ApiKey).Replace("\"audiences\":[", $"\"audiences\":[{string.Concat(numbers.Skip(1).Select(_ => "{},"))}", StringComparison.Ordinal)),
                "mparticle events" => PostAsync(Firehose.Path, $$$"""{"type":"event_processing_request","id":"e","account":{"account_settings":{"apiKey":"{{{ApiKey}}}"}},"events":[{{{string.Join(',', numbers)}}}]}"""),
                "segment" => PostAsync(SegmentWire.PathOf(project), SegmentWire.ArrayOf(numbers.Select(i => SegmentWire.Identify($"m{i}@example.com")))),
                "cohorts" => PostAsync(CohortWire.PathOf(project), CohortWire.Message(numbers.Select(i => $"m{i}"))),
                "lists add" => PostAsync($"/ingest/amplitude/{project}/lists/{listed}/add", $$"""{"userIds":[{{string.Join(',', numbers)}}]}"""),
                "events" => PostAsync($"/ingest/amplitude/{stream}/events", $$"""{"events":[{{string.Join(',', numbers.Select(_ => """{"event_type":"View","user_id":"u"}"""))}}]}"""),
                _ => PostAsync($"/ingest/amplitude/{stream}/users", $$$"""{"user_id":"u","user_properties":{{{{string.Join(',', numbers.Select(i => $$"""  "$op{{i}}":{"plan":1}"""))}}}}}"""),
            };
        }

        Task<ServiceResponse> PostAsync(string path, string body) => service.PostAsync(path, body, TestService.IngestKey);
    }

    [Fact]
    public async Task Of_an_audience_with_more_lists_than_a_message_may_name_the_others_are_kept_as_dropped_and_can_be_replayed()
    {
        await using var service = await ForwarderFixture.StartAsync(("Ingest:MaxListsPerMessage", "2"));
        foreach (var id in (long[])[8401, 8402, 8403, 8404]) service.Iterable.AddList(ApiKey, $"list {id}", id);
        var project = await service.AddProjectAsync(ApiKey);
        // the fifth names a list that is known, and the last an audience of its own
        var profiles = string.Join(',', new (string List, int Audience)[] { ("8401", 456), ("8402", 456), ("8403", 456), ("8404", 456), ("8402", 456), ("8403", 789) }
            .Select((one, i) => Firehose.Change(ApiKey, $"m{i}@example.com", list: one.List, audience: $"{one.Audience}").Split("\"user_profiles\":[")[1].TrimEnd()[..^2]));
        var message = Firehose.Change(ApiKey).Split("\"user_profiles\":[")[0] + $"\"user_profiles\":[{profiles}]}}";

        (await service.PostAsync(Firehose.Path, message, TestService.IngestKey)).Expect(202);
        await service.DeliveredAsync(project);

        Assert.Equal(["m0@example.com"], service.EmailsOn(8401));
        Assert.Equal(["m1@example.com", "m4@example.com"], service.EmailsOn(8402));
        Assert.Equal(["m5@example.com"], service.EmailsOn(8403));
        Assert.Empty(service.EmailsOn(8404));
        var dropped = await service.UndeliveredAsync(project);
        Assert.Equal(["m2@example.com dropped tooManyLists", "m3@example.com dropped tooManyLists"], dropped.Select(d => $"{d!["email"]} {d["outcome"]} {d["reason"]}"));

        var connection = (await service.GetAsync($"/api/v1/connections?projectId={project}")).Items.Single(c => (string?)c!["audienceId"] == "456")!;
        var list = (long)connection["listId"]!;
        (await service.PostAsync($"/api/v1/connections/{(string?)connection["id"]}/replay", """{"reasons":["tooManyLists"]}""")).Expect(200);
        await service.DeliveredAsync(project);
        Assert.Superset(new HashSet<string> { "m2@example.com", "m3@example.com" }, service.EmailsOn(list).ToHashSet());
    }

    [Fact]
    public async Task Of_a_Segment_audience_with_more_lists_than_a_request_may_name_the_others_are_refused_and_kept()
    {
        await using var service = await ForwarderFixture.StartAsync(("Ingest:MaxListsPerMessage", "2"));
        foreach (var id in (long[])[8401, 8402, 8403]) service.Iterable.AddList(ApiKey, $"list {id}", id);
        var project = await service.AddProjectAsync(ApiKey);

        var response = await service.AcceptEventsAsync(
            project,
            SegmentWire.Identify("m0@example.com", list: "8401"),
            SegmentWire.Identify("m1@example.com", list: "8402"),
            SegmentWire.Identify("m2@example.com", list: "8403"),
            SegmentWire.Identify("m3@example.com", list: "8401"),
            SegmentWire.Identify("m4@example.com", list: "8403", audience: "other"));

        Assert.Equal((4, "2 tooManyLists"), ((int)response["accepted"]!, string.Join(',', response["refused"]!.AsArray().Select(r => $"{r!["index"]} {r["reason"]}"))));
        await service.DeliveredAsync(project);
        Assert.Equal(["m0@example.com", "m3@example.com"], service.EmailsOn(8401));
        Assert.Equal(["m4@example.com"], service.EmailsOn(8403));
    }

    [Fact]
    public async Task A_profile_with_very_many_audiences_is_kept_once_in_memory_and_refused_where_it_would_be_stored_many_times_its_length()
    {
        await using var service = await ForwarderFixture.StartAsync();
        await service.AddProjectAsync(ApiKey);
        var email = $"{new string('e', 900)}@example.com";
        var message = Firehose.Change(ApiKey, email).Replace("\"audiences\":[", $"\"audiences\":[{string.Concat(Enumerable.Repeat("{},", 90_000))}", StringComparison.Ordinal);

        Assert.Contains("more than 5 times its length", (string)(await service.PostAsync(Firehose.Path, message, TestService.IngestKey)).ExpectProblem(413)["detail"]!, StringComparison.Ordinal);

        // audiences as mParticle writes them are longer than a fifth of any identities
        var ordinary = string.Concat(Enumerable.Range(0, 1000).Select(i => $$$"""{"audience_id":456,"audience_name":"VIP {{{i}}}","audience_subscription_settings":{"listId":"42"},"action":"add"},"""));
        (await service.PostAsync(Firehose.Path, Firehose.Change(ApiKey, "a@example.com").Replace("\"audiences\":[", $"\"audiences\":[{ordinary}", StringComparison.Ordinal), TestService.IngestKey)).Expect(202);
    }
}
