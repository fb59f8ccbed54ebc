using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Segment;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Fuzzing;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Events that were damaged at random, by a seed: never an error of ours, never a hang, never a neighbour harmed.</summary>
public sealed class FuzzTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const int Seed = 20260122;
    private const int OverHttp = 3_000;
    private const int Parsed = 30_000;

    [Fact]
    public async Task A_damaged_body_never_causes_a_server_error()
    {
        var project = await service.AddProjectAsync("fuzz-key");
        await service.AddSegmentConnectionAsync(project, "\"listId\":42,\"attributes\":{\"a\":\"first_name\",\"b\":\"born\",\"c\":\"$.timestamp\",\"d\":\"address\"}");
        var mutator = new Mutator(Seed, Corpus());
        await Parallel.ForEachAsync(Enumerable.Range(0, OverHttp).Select(_ => mutator.Next()).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (input, cancelled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, SegmentWire.PathOf(project)) { Content = new ByteArrayContent(input) { Headers = { ContentType = new("application/json") } } };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestService.IngestKey}");
            using var response = await service.Http.SendAsync(request, cancelled);
            Assert.True((int)response.StatusCode is 202 or 400, $"{(int)response.StatusCode} for {Convert.ToBase64String(input)}");
        });
    }

    [Fact]
    public async Task A_damaged_event_never_affects_the_others()
    {
        var damagedOne = Encoding.UTF8.GetBytes(SegmentWire.Identify("\\u0061@example.com", settings: """{"campaignId":99,"globalUnsubscribe":true}""", traits: ",\"born\":\"2023-05-17T22:49:53+02:00\",\"address\":{\"a\":[1,\"\\n\"]}"));
        var mutator = new Mutator(Seed, [damagedOne]);
        var whole = 0;
        for (var i = 0; i < Parsed; i++)
        {
            var damaged = mutator.Next();
            if (!IsJson(damaged)) continue;
            whole++;
            byte[] body = [(byte)'[', .. Neighbour(1), (byte)',', .. damaged, (byte)',', .. Neighbour(2), (byte)']'];
            var (events, errors) = await ParseAsync(body, slices: 1 + (i % 3));
            Assert.Equal(0, errors.Count);
            var neighbours = events.All().Where(e => e.Event.Audience.Key == "neighbours" && Encoding.UTF8.GetString(e.Change.Email.Span) == "neighbour@example.com").ToList();
            Assert.True(neighbours is [{ Event: { Index: 0, IsRepeated: false } }, .., { Change.Action: ChangeAction.Add, Event.IsRepeated: false }], Encoding.UTF8.GetString(body));
        }
        // if nearly all were no JSON any more, the rest would prove little
        Assert.InRange(whole, Parsed / 10, Parsed);
    }

    [Fact]
    public async Task Where_a_body_is_cut_into_slices_changes_nothing()
    {
        foreach (var body in Corpus())
        {
            var (one, errorsOfOne) = await ParseAsync(body, slices: 1);
            for (var slices = 2; slices <= Math.Min(body.Length, 40); slices++)
            {
                var (many, errors) = await ParseAsync(body, slices);
                Assert.Equal(errorsOfOne.Count, errors.Count);
                if (errors.Count == 0) Assert.Equal(Shown(one), Shown(many));
            }
        }
    }

    private static string Shown(GatheredEvents events) =>
        $"{events.Ignored}: {string.Join("; ", events.All().Select(e => $"{e.Event.Index} {e.Event.Audience.Key} {e.Event.ListId} {e.Event.MessageId} {e.Event.IsRepeated} {e.Change.Action} {Convert.ToHexString(e.Change.Email.Span)} {Convert.ToHexString(e.Change.CustomerId.Span)} {e.Change.OccurredAt}"))}";

    private static byte[] Neighbour(int number) => Encoding.UTF8.GetBytes(SegmentWire.Identify("neighbour@example.com", audience: "neighbours", id: $"neighbour-{number}"));

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static async Task<(GatheredEvents Events, ValidationErrors Errors)> ParseAsync(byte[] body, int slices)
    {
        var connection = new Connection
        {
            Id = default,
            ProjectId = default,
            Name = "",
            Source = Source.Segment,
            CreatedAt = default,
            Attributes = new Dictionary<string, string> { ["a"] = "born", ["b"] = "address", ["c"] = "$.timestamp", ["d"] = "email" },
        };
        var events = new GatheredEvents(_ => connection, DateTimeOffset.UnixEpoch.AddYears(56));
        var errors = new ValidationErrors();
        await SlicedBody.ReadAsync(body, slices, new SegmentParser(events, null, errors));
        return (events, errors);
    }

    private static List<byte[]> Corpus() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Ingress", "Segment", "cases"), "*.json")
            .Where(f => Path.GetFileName(f).Split('.').Length == 2)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
}
