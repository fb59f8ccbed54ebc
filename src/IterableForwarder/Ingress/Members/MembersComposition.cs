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
        app.MapIngest<MembersAssembly, MembersTarget, MembersBody>("/api/v1/connections/{id}/members").TakesBatches().DocumentMembers();
        app.MapIngest<PreviewAssembly, MembersTarget, MembersBody>("/api/v1/connections/{id}/preview").ReadsBodies().DocumentPreview();
    }
}
