namespace IterableForwarder.Ingress.Members;

/// <summary>Registration of the members format.</summary>
internal static class MembersComposition
{
    public static void AddMembers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MembersAssembly>();
        builder.Services.AddSingleton<PreviewAssembly>();
    }

    public static void MapMembers(this WebApplication app)
    {
        app.MapPost("/api/v1/connections/{id}/members", (string id, HttpContext context, IngestFlow flow, MembersAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches().DocumentMembers();
        app.MapPost("/api/v1/connections/{id}/preview", (string id, HttpContext context, IngestFlow flow, PreviewAssembly assembly) => flow.RunAsync(assembly, context))
            .ReadsBodies().DocumentPreview();
    }
}
