using IterableForwarder.Changes;
using IterableForwarder.Security;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Registration of the list API that Amplitude's partners offer.</summary>
internal static class ListsComposition
{
    private const string Path = "/ingest/amplitude/{projectId}/lists";

    public static void AddAmplitudeLists(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<NameAssembly>();
        builder.Services.AddSingleton<UsersAssembly>();
    }

    public static void MapAmplitudeLists(this WebApplication app)
    {
        app.MapPost(Path, (string projectId, HttpContext context, IngestFlow flow, NameAssembly assembly) => flow.RunAsync(assembly, context))
            .RequireAuthorization(Policies.Ingest).DocumentName();
        MapUsers(app, "add", ChangeAction.Add).DocumentUsers("add", "Put users of an Amplitude cohort on its list");
        MapUsers(app, "remove", ChangeAction.Remove).DocumentUsers("remove", "Take users of an Amplitude cohort off its list");
    }

    private static RouteHandlerBuilder MapUsers(WebApplication app, string word, ChangeAction action) =>
        app.MapPost($"{Path}/{{id}}/{word}", (string projectId, string id, HttpContext context, IngestFlow flow, UsersAssembly assembly) => flow.RunAsync(assembly, context))
            .TakesBatches().WithMetadata(new AskedAction(action));
}
