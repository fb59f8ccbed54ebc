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
        app.MapIngest<EventsAssembly, StreamTarget, StreamIntake>("/ingest/amplitude/{streamId}/events")
            .TakesBatches()
            .DocumentEvents()
            // the key may stand in the body
            .AllowAnonymous();
        app.MapIngest<UsersAssembly, StreamTarget, StreamIntake>("/ingest/amplitude/{streamId}/users").TakesBatches().DocumentUsers();
        app.MapIngest<PreviewAssembly, StreamTarget, StreamIntake>("/api/v1/streams/{id}/preview").ReadsBodies().DocumentPreview();
    }
}
