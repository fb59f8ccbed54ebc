namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Registration of Amplitude's cohort webhook.</summary>
internal static class CohortsComposition
{
    public static void AddAmplitudeCohorts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CohortConnections>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<CohortsAssembly>();
    }

    public static void MapAmplitudeCohorts(this WebApplication app) =>
        app.MapIngest<CohortsAssembly, ProjectTarget, CohortMessage>("/ingest/amplitude/{projectId}/cohorts").TakesBatches().DocumentCohorts();
}
