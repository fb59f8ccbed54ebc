using System.Buffers;
using Iterable.Client.Requests;
using Iterable.Sandbox.Faults;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Delivery;

/// <summary>Events and users go the way of memberships, by one more kind of call each.</summary>
public sealed class KindTests
{
    private static readonly MappingRule AsGiven = new(ProjectType.Hybrid, IdentityRule.AsGiven, [new("tier", "tier"), new("city", "city")]);

    [Fact]
    public async Task Events_of_one_person_are_all_sent_and_none_replaces_another()
    {
        await using var pipeline = await StartAsync();
        var connection = await AddAsync(pipeline, ChangeKind.Event);

        var batch = await AcceptAsync(pipeline, connection, Event("Viewed", "e-1"), Event("Viewed", "e-2"), Event("Bought", "e-3", """{"price":9.5}"""));
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal(3, (long)account["counts"]!["delivered"]!);
        var events = pipeline.Sandbox.State.Events(Pipeline.ApiKey).OrderBy(e => e.Id).ToArray();
        Assert.Equal(["e-1 Viewed", "e-2 Viewed", "e-3 Bought"], events.Select(e => $"{e.Id} {e.EventName}"));
        Assert.All(events, e => Assert.Equal(("u-1", 1_767_225_600L), (e.UserId, e.CreatedAt)));
        Assert.Equal("""{"price":9.5}""", events[2].DataFields);
        Assert.Equal(1, pipeline.Sandbox.State.CallsReceived("/api/events/trackBulk"));
    }

    [Fact]
    public async Task Updates_of_one_user_are_merged_field_by_field()
    {
        await using var pipeline = await StartAsync();
        var connection = await AddAsync(pipeline, ChangeKind.User);

        var batch = await AcceptAsync(
            pipeline, connection, User("""{"tier":"pro"}"""), User("""{"city":"Graz"}"""), User("""{"tier":"team"}"""));
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal((1, 2), ((long)account["counts"]!["delivered"]!, (long)account["counts"]!["superseded"]!));
        var user = Assert.Single(pipeline.Sandbox.State.Users(Pipeline.ApiKey));
        Assert.Contains("\"tier\":\"team\"", user.DataFields, StringComparison.Ordinal);
        Assert.Contains("\"city\":\"Graz\"", user.DataFields, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_class_of_endpoint_that_is_forbidden_slow_or_out_of_budget_does_not_affect_the_others()
    {
        await using var pipeline = await StartAsync(budgets: """{"lists":1000,"users":0.1,"events":1000}""");
        var (members, list) = await pipeline.ConnectAsync();
        var users = await AddAsync(pipeline, ChangeKind.User);
        var events = await AddAsync(pipeline, ChangeKind.Event);
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 403, Path = "/api/events/trackBulk" });
        var forbidden = await AcceptAsync(pipeline, events, Event("Viewed", "e-1"));
        await Eventually.TrueAsync(() => pipeline.Service.Directory.TryGetFeed(events, out var held) && held.Hold is { Cause.Reason: HoldCause.Forbidden });
        for (var i = 0; i < 3; i++) await AcceptAsync(pipeline, users, User("{\"tier\":\"" + i + "\"}"));

        await pipeline.CompletedAsync(await pipeline.PostAsync(members, Wire.Add("a@x.com")));

        Assert.Equal(["a@x.com"], pipeline.EmailsOn(list));
        Assert.Equal(1, (long)(await pipeline.BatchAsync(forbidden))["counts"]!["pending"]!);
        pipeline.Sandbox.State.RemoveFaults();
        await pipeline.CompletedAsync(forbidden);
    }

    [Fact]
    public async Task An_event_name_that_Iterable_does_not_allow_is_the_outcome_of_those_events()
    {
        await using var pipeline = await StartAsync();
        pipeline.Sandbox.State.Configure(Pipeline.ApiKey, p => p with { DisallowedEventNames = ["Secret"] });
        var connection = await AddAsync(pipeline, ChangeKind.Event);

        var account = await pipeline.CompletedAsync(await AcceptAsync(pipeline, connection, Event("Viewed", "e-1"), Event("Secret", "e-2"), Event("Secret", "e-3")));

        Assert.Equal((1, 2), ((long)account["counts"]!["delivered"]!, (long)account["reasons"]!["disallowedEventName"]!));
    }

    private static Change Event(string name, string id, string dataFields = "") =>
        Of(new() { EventName = Some.Utf8(name), Id = Some.Utf8(id), CreatedAt = 1_767_225_600, DataFields = Some.Utf8(dataFields) });

    private static Change Of(in IterableEvent item)
    {
        var output = new ArrayBufferWriter<byte>();
        EventForm.Write(output, item);
        return new() { Action = ChangeAction.Add, CustomerId = Some.Utf8("u-1"), Attributes = output.WrittenMemory };
    }

    private static Change User(string fields) => Some.Add(customerId: "u-1", attributes: fields);

    private static Task<Pipeline> StartAsync(string budgets = """{"lists":1000,"users":1000,"events":1000}""") =>
        Pipeline.StartAsync(budgets: budgets, settings: ("Delivery:ProbeEvery", "00:00:01"));

    /// <summary>One feed of a stream.</summary>
    private static async Task<FeedId> AddAsync(Pipeline pipeline, ChangeKind kind)
    {
        Assert.True(ProjectId.TryParse(pipeline.ProjectId, out var project));
        var stream = new EventStream
        {
            Id = FeedId.New(TimeProvider.System),
            UsersId = FeedId.New(TimeProvider.System),
            ProjectId = project,
            Name = "stream",
            Identifier = new() { Property = "user_id", Type = IdentifierType.UserId },
            CreatedAt = TimeProvider.System.GetUtcNow(),
        };
        var streams = pipeline.Service.Services.GetRequiredService<IStreamDirectory>();
        await streams.AddAsync(stream, CancellationToken.None);
        return streams.FeedsOf(stream).Single(f => f.Kind == kind).Id;
    }

    private static async Task<string> AcceptAsync(Pipeline pipeline, FeedId id, params Change[] changes)
    {
        Assert.True(pipeline.Service.Directory.TryGetFeed(id, out var feed));
        var rule = EntryRule.For(feed, AsGiven);
        var chunk = new ChunkBuilder(TimeProvider.System.GetUtcNow());
        foreach (var change in changes) chunk.Add(change);
        var batch = new NewBatch
        {
            Id = BatchId.New(TimeProvider.System),
            ProjectId = feed.ProjectId,
            FeedId = id,
            Source = Source.Amplitude,
            Rule = rule,
            ReceivedAt = TimeProvider.System.GetUtcNow(),
            Chunks = [chunk.Seal(rule)],
        };
        await pipeline.Service.Services.GetRequiredService<IEntryJournal>().AcceptAsync([batch], null);
        return batch.Id.ToString();
    }
}
