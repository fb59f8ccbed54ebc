using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Fuzzing;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Ingress.Amplitude.Streams;

/// <summary>Messages that were damaged at random, by a seed: never an error of ours, and never a call that Iterable cannot read.</summary>
public sealed class FuzzTests
{
    private const int Seed = 20260116;
    private const int Messages = 2_000;

    private const string Everything =
        """
        "mappings":{"email":"user_properties.email","campaignId":"event_properties.campaign"},
        "events":{"include":[{"eventType":"Purchase","filters":[{"property":"event_properties.price","op":"less","values":[1000000]}]},{"eventType":"View"}],
                  "properties":["event_properties.plan","event_properties.price","event_properties.at","event_properties.deep","user_properties.tier","event_time"]},
        "users":{"properties":["user_properties.tier","user_properties.address.city"]}
        """;

    private static readonly byte[][] Events =
    [
        .. ((string[])[
            """{"event_type":"View","user_id":"u-1","$insert_id":"i_1","event_time":"2022-02-28 20:07:01.795","event_properties":{"plan":"pr\u006f","price":9.5,"at":"2026-01-15T10:02:10Z","deep":{"a":[1,{"b":"2026-01-15T10:02:10+02:00"}]},"campaign":1},"user_properties":{"email":"a@x.com","tier":"gold"}}""",
            """{"api_key":"k","events":[{"event_type":"Purchase","user_id":"u-1","insert_id":"i-1","time":1646078821795,"event_properties":{"price":3},"user_properties":{"$set":{"tier":1},"$add":{"tier":2}}},{"event_type":"View","user_id":7,"user_properties":{"tier":[1],"address":{"city":"Ulm"}}}]}"""]).Select(Encoding.UTF8.GetBytes),
    ];

    private static readonly byte[][] Users =
    [
        .. ((string[])[
            """{"user_id":"u-1","user_properties":{"$set":{"tier":"gold","address":{"city":"Ulm"}},"$unset":{"tier":"-"}}}""",
            """{"identification":[{"user_id":"u-1","user_properties":{"tier":null}},{"user_id":"u-2","user_properties":{"address.city":"Ulm","$clearAll":"-"}}]}"""]).Select(Encoding.UTF8.GetBytes),
    ];

    [Fact]
    public async Task A_damaged_message_never_causes_a_server_error_or_an_error_of_Iterable()
    {
        await using var pipeline = await StreamStage.StartAsync();
        var stream = await pipeline.AddStreamAsync(Everything);
        (await pipeline.Service.PostAsync($"/api/v1/streams/{stream}/pause")).Expect(200);
        var (events, users) = (new Mutator(Seed, Events), new Mutator(Seed, Users));
        var inputs = Enumerable.Range(0, Messages).Select(i => (i % 4) switch
        {
            0 => (Body: events.Next(), Path: "preview"),
            1 => (Body: users.Next(), Path: "users"),
            _ => (Body: events.Next(), Path: "events"),
        }).ToList();
        var taken = 0;
        await Parallel.ForEachAsync(inputs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (input, cancelled) =>
        {
            var path = input.Path == "preview" ? $"/api/v1/streams/{stream}/preview" : $"/ingest/amplitude/{stream}/{input.Path}";
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(input.Body) { Headers = { ContentType = new("application/json") } } };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestService.IngestKey}");
            using var response = await pipeline.Service.Http.SendAsync(request, cancelled);
            Assert.True((int)response.StatusCode is 200 or 202 or 400, $"{(int)response.StatusCode} for {Convert.ToBase64String(input.Body)}");
            if ((int)response.StatusCode is 200 or 202) Interlocked.Increment(ref taken);
        });
        // if nearly all were refused, the rest would prove little
        Assert.InRange(taken, Messages / 10, Messages);
        Assert.InRange(await CallsOfAsync(pipeline).Select(AssertReadable).SumAsync(), Messages / 20, Messages);
    }

    /// <summary>What would be sent of all that was taken. Not sent: a fuzzed value has another type each time, which is Iterable's to refuse.</summary>
    private static async IAsyncEnumerable<JsonObject> CallsOfAsync(Pipeline pipeline)
    {
        var journal = pipeline.Service.Services.GetRequiredService<IEntryJournal>();
        foreach (var feed in pipeline.Service.Directory.FeedsOf(pipeline.Service.Directory.Projects.Single().Id))
        {
            var calls = CallKinds.Of(feed.Kind);
            var planner = new CallPlanner(calls.LastChangeWins);
            foreach (var entry in (await journal.ReadPendingAsync(feed.Id, 0, new ReadLimit(100_000, long.MaxValue), CancellationToken.None)).Entries)
                planner.Fold(new PlannedEntry(entry.Seq, entry.Rule.Mapping, entry.Changes, entry.Outcomes ?? new byte[entry.Count]));
            var target = new CallTarget(0, CallSettings.Default, false);
            while (planner.TakeCall(ChangeAction.Add, calls.Limits, calls.Lengths) is { } call)
            {
                var body = new ArrayBufferWriter<byte>();
                calls.Build(call, target).WriteBody(body);
                yield return JsonNode.Parse(body.WrittenSpan)!.AsObject();
                foreach (var node in call.Nodes) planner.Complete(node);
            }
        }
    }

    /// <summary>How many are in the call, each such as Iterable takes it.</summary>
    private static int AssertReadable(JsonObject call)
    {
        foreach (var one in call["events"]?.AsArray() ?? [])
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)one!["eventName"]));
            Assert.Matches("^[A-Za-z0-9-]{1,512}$", (string?)one["id"]);
            Assert.True((long)one["createdAt"]! > 0);
            Assert.False(string.IsNullOrWhiteSpace((string?)one["userId"]));
        }
        foreach (var one in call["users"]?.AsArray() ?? [])
        {
            Assert.NotEmpty(one!["dataFields"]!.AsObject());
            Assert.False(string.IsNullOrWhiteSpace((string?)one["userId"]));
        }
        return (call["events"] ?? call["users"])!.AsArray().Count;
    }
}
