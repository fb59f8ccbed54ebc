using System.IO.Compression;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.Segment;

namespace IterableForwarder.Tests.Ingress;

/// <summary>A request for one of the paths that take a body.</summary>
/// <param name="Key">Null for a caller without one.</param>
internal sealed record PathRequest(string Path, string Body, string MediaType, string? Key)
{
    public async Task<ServiceResponse> SendAsync(ForwarderFixture service, byte[] body, bool isPacked)
    {
        using var content = new ByteArrayContent(isPacked ? await PackAsync(body) : body) { Headers = { ContentType = new(MediaType) } };
        if (isPacked) content.Headers.ContentEncoding.Add("gzip");
        return await service.SendAsync(HttpMethod.Post, Path, content, Key);
    }

    public static async Task<byte[]> PackAsync(byte[] body)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(body);
        return packed.ToArray();
    }

    /// <summary>A small request for a path by its name, with all it needs in place.</summary>
    public static async Task<PathRequest> OfAsync(ForwarderFixture service, string path, string key)
    {
        const string Ndjson = "application/x-ndjson";
        const string Json = "application/json";
        var project = await service.AddProjectAsync(key);
        var connection = (string)(await service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":42}""")).Expect(201)["id"]!;
        var stream = (string)(await service.PostAsync(
            "/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true}}""")).Expect(201)["id"]!;
        const string One = """{"action":"add","email":"a@example.com"}""";
        var all = $$"""{"changes":[{{One}}]}""";
        return path switch
        {
            "members" => new($"/api/v1/connections/{connection}/members", all, Json, TestService.IngestKey),
            "members as NDJSON" => new($"/api/v1/connections/{connection}/members", One + "\n", Ndjson, TestService.IngestKey),
            "preview" => new($"/api/v1/connections/{connection}/preview", all, Json, TestService.IngestKey),
            "preview as NDJSON" => new($"/api/v1/connections/{connection}/preview", One + "\n", Ndjson, TestService.IngestKey),
            "mparticle" => new(MParticle.MParticle.Path, MParticle.MParticle.Change(key), Json, TestService.IngestKey),
            "registration" => new(MParticle.MParticle.Path, """{"type":"module_registration_request","id":"r-1","timestamp_ms":1}""", Json, null),
            "segment" => new(SegmentWire.PathOf(project), SegmentWire.Identify("a@example.com", list: "42"), Json, TestService.IngestKey),
            "audiences" => new($"{SegmentWire.PathOf(project)}/audiences", """{"audienceName":"A"}""", Json, TestService.IngestKey),
            "cohorts" => new(CohortWire.PathOf(project), CohortWire.Enter("a"), Json, TestService.IngestKey),
            "lists" => new($"/ingest/amplitude/{project}/lists", """{"name":"A"}""", Json, TestService.IngestKey),
            "lists add" => new($"/ingest/amplitude/{project}/lists/{(string)(await service.PostAsync($"/ingest/amplitude/{project}/lists", """{"name":"A"}""")).Expect(200)["id"]!}/add", """{"userIds":["c-1"]}""", Json, TestService.IngestKey),
            "events" => new($"/ingest/amplitude/{stream}/events", """{"event_type":"View","user_id":"u-1"}""", Json, TestService.IngestKey),
            "users" => new($"/ingest/amplitude/{stream}/users", """{"user_id":"u-1","user_properties":{}}""", Json, TestService.IngestKey),
            "stream preview" => new($"/api/v1/streams/{stream}/preview", """{"event_type":"View","user_id":"u-1"}""", Json, TestService.IngestKey),
            "pause" => new($"/api/v1/connections/{connection}/pause", """{"reason":"look"}""", Json, TestService.OperatorKey),
            _ => throw new ArgumentOutOfRangeException(nameof(path), path, "Unknown path"),
        };
    }
}
