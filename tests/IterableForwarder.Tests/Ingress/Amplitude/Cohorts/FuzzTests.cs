using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Fuzzing;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>Messages that were damaged at random, by a seed: never an error of ours, never a hang, never a neighbour harmed.</summary>
public sealed class FuzzTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const int Seed = 20260220;
    private const int OverHttp = 2_000;
    private const int Parsed = 30_000;

    [Fact]
    public async Task A_damaged_message_never_causes_a_server_error()
    {
        var project = await service.MakeProjectAsync("c-fuzz");
        var mutator = new Mutator(Seed, Corpus());
        var statuses = new int[600];
        await Parallel.ForEachAsync(Enumerable.Range(0, OverHttp).Select(_ => mutator.Next()).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (input, cancelled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, CohortWire.PathOf(project)) { Content = new ByteArrayContent(input) { Headers = { ContentType = new("application/json") } } };
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {TestService.IngestKey}");
            using var response = await service.Http.SendAsync(request, cancelled);
            Assert.True((int)response.StatusCode is 200 or 400, $"{(int)response.StatusCode} for {Convert.ToBase64String(input)}");
            Interlocked.Increment(ref statuses[(int)response.StatusCode]);
        });
        // if nearly all were refused, or nearly none, the rest would prove little
        Assert.InRange(statuses[200], OverHttp / 20, OverHttp * 19 / 20);
    }

    [Fact]
    public async Task A_damaged_user_never_affects_the_others()
    {
        var user = Encoding.UTF8.GetBytes(
            """{"user_id":"\u0063-1","device_id":null,"user_properties":{"email":"a@example.com","plan":{"tier":["pro",1.5]},"\u00e9":"\ud83d\ude00"}}""");
        var mutator = new Mutator(Seed, [user]);
        var whole = 0;
        for (var i = 0; i < Parsed; i++)
        {
            var damaged = mutator.Next();
            if (!IsJson(damaged)) continue;
            whole++;
            byte[] body = [.. "{\"users\":["u8, .. Neighbour("before"), .. ","u8, .. damaged, .. ","u8, .. Neighbour("behind"), .. "],\"cohort_id\":\"1\",\"cohort_name\":\"n\",\"in_cohort\":true}"u8];
            var (message, errors) = await ParseAsync(body, slices: 1 + (i % 3));
            Assert.Equal(0, errors.Count);
            var ids = message.Users.All(ChangeAction.Add, null, new(null), withAttributes: true).Select(c => Encoding.UTF8.GetString(c.CustomerId.Span)).ToList();
            Assert.True(ids[0] == "before" && ids[^1] == "behind" && ids.Count >= 3, Encoding.UTF8.GetString(body));
        }
        Assert.InRange(whole, Parsed / 10, Parsed);
    }

    private static byte[] Neighbour(string id) => Encoding.UTF8.GetBytes($$$"""{"user_id":"{{{id}}}","user_properties":{"email":"neighbour@example.com"}}""");

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

    private static async Task<(CohortMessage Message, ValidationErrors Errors)> ParseAsync(byte[] body, int slices)
    {
        var message = new CohortMessage();
        var errors = new ValidationErrors();
        await SlicedBody.ReadAsync(body, slices, new CohortsParser(message, errors));
        message.Check(errors);
        return (message, errors);
    }

    private static List<byte[]> Corpus() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Ingress", "Amplitude", "Cohorts", "cases"), "*.json")
            .Where(f => Path.GetFileName(f).Split('.').Length == 2)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
}
