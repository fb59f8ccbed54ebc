namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Registration of Amplitude's cohort webhook.</summary>
internal static class CohortsComposition
{
    public static void AddAmplitudeCohorts(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<AmplitudeOptions>()
            .Bind(builder.Configuration.GetSection(AmplitudeOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<CohortConnections>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<CohortsAssembly>();
    }

    public static void MapAmplitudeCohorts(this WebApplication app) =>
        app.MapPost("/ingest/amplitude/{projectId}/cohorts", (string projectId, HttpContext context, IngestFlow flow, CohortsAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches().DocumentCohorts();
}
