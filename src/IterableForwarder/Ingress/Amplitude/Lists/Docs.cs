using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>What the documentation says of the list API that Amplitude's partners offer.</summary>
internal static class ListsDocs
{
    private const string Request = """{"name":"[Amplitude] Loyal shoppers: 7khm89cz"}""";

    private const string Response = """{"id":"0199c0df01127d5c9a7b6c5d4e3f2a10"}""";

    private const string Users = """{"userIds":["c-1","c-2"]}""";

    private const string Accepted = """{"batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","received":2}""";

    private const string NameError =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,"errors":{"name":["is required: a text"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    private const string UsersError =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,"errors":{"userIds":["must be an array"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    public static void DocumentName(this RouteHandlerBuilder path) => path
        .WithTags("Ingest")
        .WithName("resolveAmplitudeList")
        .WithSummary("Find or create the list of an Amplitude cohort")
        .WithDescription("The id of the response names the list in the paths of adds and removes; the same name has the same id. The first users go to Iterable's list of exactly this name, which is created if it is missing. A new name is refused with 429 beyond Ingest:MaxNewAudiences, and with 403 if Ingest:Amplitude:Provisioning is 'known'.")
        .Accepts<PartnerListRequest>(MediaTypes.Json)
        .Produces<PartnerList>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithMetadata(
            new BodyExampleAttribute(Request),
            new BodyExampleAttribute(Response, StatusCodes.Status200OK),
            new BodyExampleAttribute(NameError, StatusCodes.Status400BadRequest));

    /// <param name="path">Of adds or removes.</param>
    /// <param name="word">What the path ends with.</param>
    /// <param name="summary">What it does.</param>
    public static void DocumentUsers(this RouteHandlerBuilder path, string word, string summary) => path
        .WithName($"{word}AmplitudeUsers")
        .WithSummary(summary)
        .WithDescription("The response is 200 when the batch is on disk. A user without a usable id is dropped as noIdentifier and affects no other. The batch's account is under /api/v1/batches.")
        .Accepts<PartnerListUsers>(MediaTypes.Json)
        .Produces<CohortAccepted>()
        .WithMetadata(
            new BodyExampleAttribute(Users),
            new BodyExampleAttribute(Accepted, StatusCodes.Status200OK),
            new BodyExampleAttribute(UsersError, StatusCodes.Status400BadRequest));
}
