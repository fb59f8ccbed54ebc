using IterableForwarder.Security;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Registration of Segment's audiences.</summary>
internal static class SegmentComposition
{
    public static void AddSegment(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<SegmentAssembly>();
        builder.Services.AddSingleton<ListAssembly>();
    }

    public static void MapSegment(this WebApplication app)
    {
        app.MapIngest<ListAssembly, ProjectTarget, AudienceRequest>("/ingest/segment/{projectId}/audiences").RequireAuthorization(Policies.Ingest).DocumentLists();
        app.MapIngest<SegmentAssembly, ProjectTarget, GatheredEvents>("/ingest/segment/{projectId}").TakesBatches().DocumentEvents();
    }
}
