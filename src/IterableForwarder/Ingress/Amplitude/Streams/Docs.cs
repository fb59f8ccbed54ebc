using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>What the documentation says of Amplitude's streams of events and users.</summary>
internal static class StreamsDocs
{
    private const string Event =
        """
        {"event_type":"Purchase","user_id":"u-1","$insert_id":"7d1c6a3e-9b1f-4d0e-8a43-2f0c5b7e9d11","event_time":"2026-01-15 10:02:10.795",
         "event_properties":{"plan":"pro","campaign":123},"user_properties":{"email":"ann@example.com","tier":"gold"}}
        """;

    private const string User =
        """
        {"user_id":"u-1","user_properties":{"$set":{"tier":"gold"}}}
        """;

    private const string Response = """{"accepted":1,"ignored":0,"refused":[]}""";

    private const string HttpApiResponse =
        """
        {"accepted":1,"ignored":0,"refused":[],"code":200,"events_ingested":1,"payload_size_bytes":156,"server_upload_time":1768471330795}
        """;

    private const string Preview =
        """
        {"passes":true,"stoppedBy":null,
         "requests":[{"method":"POST","path":"/api/events/trackBulk",
           "body":{"events":[{"eventName":"Purchase","email":"ann@example.com","userId":"u-1","id":"7d1c6a3e-9b1f-4d0e-8a43-2f0c5b7e9d11",
                              "createdAt":1768471330,"dataFields":{"plan":"pro","tier":"gold"},"campaignId":123}]}}]}
        """;

    public static RouteHandlerBuilder DocumentEvents(this RouteHandlerBuilder path) => path
        .DocumentBatches()
        .WithName("acceptAmplitudeEvents")
        .WithSummary("Accept events of Amplitude")
        .WithDescription(
            "One event, as Amplitude's webhook streaming sends it, or an object with events, up to 2000, as its HTTP API takes them. The stream selects which events and properties " +
            "are sent. The response is 202 when they are on disk; a repeated event replaces itself at Iterable. In the form of the HTTP API, user properties update the user too, " +
            "and the response is the one that Amplitude's SDKs expect: 200 with code, and code and error in each error response. Without an Authorization header, api_key in the body is the ingest key. " +
            "$identify and $groupidentify are events only where include names them.")
        .WithMetadata(
            new BodyFormsAttribute(typeof(AmplitudeEventForm), typeof(HttpApiForm)),
            new ProblemFormAttribute(typeof(AmplitudeProblem)),
            new BodyExampleAttribute(Event),
            new BodyExampleAttribute(HttpApiResponse, StatusCodes.Status200OK))
        .Produces<HttpApiResponse>();

    public static void DocumentUsers(this RouteHandlerBuilder path) => path
        .DocumentBatches()
        .WithName("acceptAmplitudeUsers")
        .WithSummary("Accept users of Amplitude")
        .WithDescription(
            "One user, plain or as Identify has it, or an object with identification, up to 2000. Plain values and $set are sent if the stream selects the property; " +
            "other operations on such a property are refused as unsupportedAction. The response is 202 when they are on disk.")
        .WithMetadata(new BodyFormsAttribute(typeof(AmplitudeUserForm), typeof(IdentifyForm)), new BodyExampleAttribute(User));

    public static void DocumentPreview(this RouteHandlerBuilder path) => path
        .WithTags("Streams")
        .WithName("previewStream")
        .WithSummary("Show what an event would become")
        .WithDescription("Shows whether it passes, which part of the stream's definition stops it, and the requests to Iterable. Nothing is stored or sent.")
        .WithMetadata(
            new BodyFormsAttribute(typeof(AmplitudeEventForm), typeof(HttpApiForm)),
            new BodyExampleAttribute(Event),
            new BodyExampleAttribute(Preview, StatusCodes.Status200OK))
        .Accepts<object>(MediaTypes.Json)
        .Produces<StreamPreview>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);

    private static RouteHandlerBuilder DocumentBatches(this RouteHandlerBuilder path) => path
        .WithMetadata(new BodyExampleAttribute(Response, StatusCodes.Status202Accepted))
        .Accepts<object>(MediaTypes.Json)
        .Produces<IngestResponse>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status403Forbidden);
}
