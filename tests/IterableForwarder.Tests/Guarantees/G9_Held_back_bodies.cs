using System.IO.Compression;
using System.Text;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.Segment;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>However many bodies are held back before their ends, the process takes the same memory.</summary>
public sealed class G9_Held_back_bodies : OwnProcessTests
{
    private const long MaxMemory = 512 << 20;

    /// <summary>Of a body after decompression: nearly the limit.</summary>
    private const int Length = 24 << 20;

    [Theory]
    [InlineData("mparticle")]
    [InlineData("members")]
    [InlineData("members as NDJSON")]
    [InlineData("preview")]
    [InlineData("preview as NDJSON")]
    [InlineData("segment")]
    [InlineData("audiences")]
    [InlineData("cohorts")]
    [InlineData("list names")]
    [InlineData("lists")]
    [InlineData("events")]
    [InlineData("users")]
    [InlineData("stream preview")]
    [Trait("Category", "Nightly")]
    public async Task One_ten_or_a_hundred_of_any_path_take_at_most_512_MB_and_a_small_body_is_still_accepted(string path)
    {
        var (url, body, isLines) = await RequestAsync(path);
        var packed = await PackAsync(body);
        // within the ratio, or it would be refused for that
        Assert.InRange(body.Length / packed.Length, 1, 99);
        foreach (var count in (int[])[1, 10, 100])
        {
            var held = await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
            {
                var request = await HeldRequest.BeginAsync(
                    Service.Address, url, packed.Length, $"Authorization: Bearer {TestService.OperatorKey}\r\nContent-Encoding: gzip\r\nContent-Type: application/{(isLines ? "x-ndjson" : "json")}\r\n");
                try
                {
                    await request.SendAsync(packed.AsMemory(0, packed.Length - 200));
                }
                catch (IOException)
                {
                    // refused already
                }
                return request;
            }));

            var (small, _, _) = await RequestAsync("small");
            await Service.PostAsync(small, new { changes = new[] { new { action = "add", email = "a@example.com" } } });

            Assert.True(Service.PeakMemory <= MaxMemory, $"{count} bodies took {Service.PeakMemory >> 20} MB");
            foreach (var request in held) request.Dispose();
        }
    }

    /// <summary>A path and a long body for it. Each of its members compresses to a hundredth of its length.</summary>
    private async Task<(string Path, byte[] Body, bool IsLines)> RequestAsync(string path)
    {
        var project = (string)(await Service.PostAsync("/api/v1/projects", new { name = "p", apiKey = $"{Guid.NewGuid()}" }))["id"]!;
        var connection = $"/api/v1/connections/{(string)(await Service.PostAsync("/api/v1/connections", new { projectId = project, name = "c", listId = 42 }))["id"]!}";
        return path switch
        {
            "small" => ($"{connection}/members", [], false),
            "members" => ($"{connection}/members", Repeat("{\"changes\":[", ",", "]}", MemberOf), false),
            "members as NDJSON" => ($"{connection}/members", Repeat("", "\n", "", MemberOf), true),
            "preview" => ($"{connection}/preview", Repeat("{\"changes\":[", ",", "]}", i => MemberOf(i, 6000)), false),
            "preview as NDJSON" => ($"{connection}/preview", Repeat("", "\n", "", i => MemberOf(i, 6000)), true),
            "mparticle" => ("/ingest/mparticle", Repeat("{\"type\":\"audience_membership_change_request\",\"user_profiles\":[", ",", "]}", ProfileOf), false),
            "segment" => (SegmentWire.PathOf(project), Repeat("[", ",", "]", EventOf), false),
            "audiences" => ($"{SegmentWire.PathOf(project)}/audiences", Repeat("{\"audienceName\":\"", "", "\"}", i => Pad(i, 1000)), false),
            "cohorts" => (CohortWire.PathOf(project), Repeat("{\"users\":[", ",", "]}", UserOf), false),
            "list names" => ($"/ingest/amplitude/{project}/lists", Repeat("{\"name\":\"", "", "\"}", i => Pad(i, 1000)), false),
            "lists" => ($"/ingest/amplitude/{project}/lists/{(string)(await Service.PostAsync($"/ingest/amplitude/{project}/lists", new { name = "A" }))["id"]!}/add", Repeat("{\"userIds\":[", ",", "]}", i => $"\"{i}-{Pad(i, 900)}\""), false),
            "events" => ($"/ingest/amplitude/{await StreamAsync(project)}/events", Repeat("{\"events\":[", ",", "]}", i => $$"""{"event_type":"View","user_id":"u-{{i}}","x":"{{Pad(i, 12_500)}}"}"""), false),
            "users" => ($"/ingest/amplitude/{await StreamAsync(project)}/users", Repeat("{\"user_id\":\"u\",\"user_properties\":{", ",", "}}", i => $"\"${i}\":\"{Pad(i, 1000)}\""), false),
            _ => ($"/api/v1/streams/{await StreamAsync(project)}/preview", Repeat("{\"event_type\":\"View\",\"user_id\":\"u\",\"event_properties\":{", ",", "}}", i => $"\"{i}\":\"{Pad(i, 1000)}\""), false),
        };
    }

    private async Task<string> StreamAsync(string project) => (string)(await Service.PostAsync(
        "/api/v1/streams",
        new { projectId = project, name = "s", identifier = new { property = "user_id", type = "userId" }, events = new { enabled = true }, users = new { enabled = true } }))["id"]!;

    private static string MemberOf(int i) => MemberOf(i, 1000);

    private static string MemberOf(int i, int padding) => $$$"""{"action":"add","email":"m{{{i * 7919}}}@example.com","attributes":{"pad":"{{{Pad(i, padding)}}}"}}""";

    private static string ProfileOf(int i) =>
        $$"""{"mpid":"{{i * 7919}}","user_identities":[{"type":"email","value":"m{{i}}@example.com"}],"audiences":[{"audience_id":456,"action":"add"}],"pad":"{{Pad(i, 1000)}}"}""";

    private static string EventOf(int i) => SegmentWire.Identify($"m{i * 7919}@example.com", id: $"{i}", traits: $",\"pad\":\"{Pad(i, 6500)}\"");

    private static string UserOf(int i) => $$$"""{"user_id":"c-{{{i * 7919}}}","user_properties":{"pad":"{{{Pad(i, 1000)}}}"}}""";

    /// <summary>Compresses to some thirtieth.</summary>
    private static string Pad(int seed, int length)
    {
        var random = new Random(seed);
        var pad = new StringBuilder(length);
        while (pad.Length < length) pad.Append(random.NextInt64()).Append('x', 400);
        return pad.ToString(0, length);
    }

    private static byte[] Repeat(string start, string between, string end, Func<int, string> one)
    {
        var body = new StringBuilder(start, Length + 100_000);
        for (var i = 0; body.Length < Length; i++) body.Append(i > 0 ? between : "").Append(one(i));
        return Encoding.ASCII.GetBytes(body.Append(end).ToString());
    }

    private static async Task<byte[]> PackAsync(byte[] body)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true)) await gzip.WriteAsync(body);
        return packed.ToArray();
    }
}
