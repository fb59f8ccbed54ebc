using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Security;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Registration of the list API that Amplitude's partners offer.</summary>
internal static class ListsComposition
{
    private const string Path = "/ingest/amplitude/{projectId}/lists";

    public static void AddAmplitudeLists(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<ListsEndpoint>();
    }

    public static void MapAmplitudeLists(this WebApplication app)
    {
        app.MapPost(Path, (string projectId, HttpContext context, ListsEndpoint endpoint) => endpoint.MakeAsync(projectId, context))
            .RequireAuthorization(Policies.Ingest)
            .WithTags("Ingest")
            .WithName("resolveAmplitudeList")
            .WithSummary("Ask for the list of an Amplitude cohort")
            .WithDescription("The answer's id stands for the list in the paths of adds and removes; the same name has the same id. Iterable's list of exactly this name is used, or made, with the first users.")
            .Accepts<PartnerListRequest>(MediaTypes.Json)
            .Produces<PartnerList>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(
                new BodyExampleAttribute(ListsExamples.Request),
                new BodyExampleAttribute(ListsExamples.Answer, StatusCodes.Status200OK),
                new BodyExampleAttribute(ListsExamples.NameFault, StatusCodes.Status400BadRequest));
        MapChange(app, "add", ChangeAction.Add, "Put users of an Amplitude cohort on its list");
        MapChange(app, "remove", ChangeAction.Remove, "Take users of an Amplitude cohort off its list");
    }

    private static void MapChange(WebApplication app, string word, ChangeAction action, string summary) =>
        app.MapPost($"{Path}/{{id}}/{word}", (string projectId, string id, HttpContext context, ListsEndpoint endpoint) => endpoint.ChangeAsync(action, projectId, id, context))
            .TakesBatches()
            .WithName($"{word}AmplitudeUsers")
            .WithSummary(summary)
            .WithDescription("Answered with 200 once the batch is on disk. Who has no usable id is dropped as noIdentifier, and harms no neighbour. The batch's account is under /api/v1/batches.")
            .Accepts<PartnerListUsers>(MediaTypes.Json)
            .Produces<CohortAccepted>()
            .WithMetadata(
                new BodyExampleAttribute(ListsExamples.Users),
                new BodyExampleAttribute(ListsExamples.Accepted, StatusCodes.Status200OK),
                new BodyExampleAttribute(ListsExamples.UsersFault, StatusCodes.Status400BadRequest));
}
