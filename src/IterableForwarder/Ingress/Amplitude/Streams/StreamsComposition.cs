namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Registration of Amplitude's streams of events and users.</summary>
internal static class StreamsComposition
{
    public static void AddAmplitudeStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(HttpApi.Problems);
        builder.Services.AddSingleton<StreamTargets>();
        builder.Services.AddSingleton<StreamBatches>();
        builder.Services.AddSingleton<BodyKey>();
        builder.Services.AddSingleton<EventsAssembly>();
        builder.Services.AddSingleton<UsersAssembly>();
        builder.Services.AddSingleton<PreviewAssembly>();
    }

    public static void MapAmplitudeStreams(this WebApplication app)
    {
        app.MapPost("/ingest/amplitude/{streamId}/events", (string streamId, HttpContext context, IngestFlow flow, EventsAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches()
            .DocumentEvents()
            // the key may be in the body
            .AllowAnonymous();
        app.MapPost("/ingest/amplitude/{streamId}/users", (string streamId, HttpContext context, IngestFlow flow, UsersAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches().DocumentUsers();
        app.MapPost("/api/v1/streams/{id}/preview", (string id, HttpContext context, IngestFlow flow, PreviewAssembly assembly) => flow.RunAsync(assembly, context))
            .ReadsBodies().DocumentPreview();
    }
}
