using IterableForwarder.Security;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Registration of Segment's audiences.</summary>
internal static class SegmentComposition
{
    public static void AddSegment(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SegmentOptions>()
            .Bind(builder.Configuration.GetSection(SegmentOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<SegmentAssembly>();
        builder.Services.AddSingleton<ListAssembly>();
    }

    public static void MapSegment(this WebApplication app)
    {
        app.MapPost("/ingest/segment/{projectId}/audiences", (string projectId, HttpContext context, IngestFlow flow, ListAssembly assembly) => flow.RunAsync(assembly, context))
            .RequireAuthorization(Policies.Ingest).DocumentLists();
        app.MapPost("/ingest/segment/{projectId}", (string projectId, HttpContext context, IngestFlow flow, SegmentAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches().DocumentEvents();
    }
}
