using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>A service with one of everything, and the ids that a path needs.</summary>
internal sealed class LiveWorld : IAsyncDisposable
{
    /// <summary>Bytes, of operators' requests and of messages alike.</summary>
    public const int LargestBody = 10_000;

    private LiveWorld(Pipeline pipeline) => Pipeline = pipeline;

    public Pipeline Pipeline { get; }

    public TestService Service => Pipeline.Service;

    public string Project => Pipeline.ProjectId;

    public required string Connection { get; init; }

    public required string Stream { get; init; }

    public required string Batch { get; init; }

    public required string Key { get; init; }

    /// <summary>A list in the words of Amplitude's partners.</summary>
    public required string PartnerList { get; init; }

    public static async Task<LiveWorld> StartAsync(params (string Name, string Value)[] settings)
    {
        var pipeline = await Pipeline.StartAsync(customize: builder => builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = LargestBody), settings: [("Ingest:MaxBodyBytes", $"{LargestBody}"), .. settings]);
        var (connection, _) = await pipeline.ConnectAsync();
        var service = pipeline.Service;
        var stream = (string)(await service.PostAsync(
            "/api/v1/streams",
            $$"""
            {"projectId":"{{pipeline.ProjectId}}","name":"S","identifier":{"property":"user_id","type":"userId"},"mappings":{"email":"user_properties.email"},
             "events":{"properties":["event_properties.plan"]},"users":{"properties":["user_properties.tier"] } }
            """)).Expect(201)["id"]!;
        return new(pipeline)
        {
            Connection = connection,
            Stream = stream,
            Batch = await pipeline.PostAsync(connection, """{"action":"add","email":"ann@example.com","customerId":"c-1"}"""),
            Key = (string)(await service.PostAsync("/api/v1/keys", """{"name":"k","kind":"ingest"}""")).Expect(201)["id"]!,
            PartnerList = (string)(await service.PostAsync($"/ingest/amplitude/{pipeline.ProjectId}/lists", """{"name":"L"}""")).Expect(200)["id"]!,
        };
    }

    /// <summary>The parameters of an operation's path, for things that exist.</summary>
    public string[] IdsFor(ApiOperation operation) => operation.Path.Split('/') switch
    {
        [_, "ingest", "amplitude", "{projectId}", "lists", "{id}", _] => [Project, PartnerList],
        [_, "ingest", _, "{projectId}", ..] => [Project],
        [_, "ingest", _, "{streamId}", ..] => [Stream],
        [_, "api", "v1", "projects", "{id}", ..] => [Project],
        [_, "api", "v1", "connections", "{id}", ..] => [Connection],
        [_, "api", "v1", "streams", "{id}", ..] => [Stream],
        [_, "api", "v1", "batches", "{id}", ..] => [Batch],
        [_, "api", "v1", "keys", "{id}", ..] => [Key],
        _ => operation.Path.Contains('{', StringComparison.Ordinal) ? throw new InvalidOperationException($"No ids for {operation.Path}.") : [],
    };

    public ValueTask DisposeAsync() => Pipeline.DisposeAsync();
}
