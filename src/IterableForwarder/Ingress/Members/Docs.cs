using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Members;

/// <summary>What the documentation says of the members format.</summary>
internal static class MembersDocs
{
    private const string ExampleJson =
        """
        {"changes":[{"action":"add","email":"a@example.com","customerId":"c-1","attributes":{"first_name":"Ann"}},
                    {"action":"remove","email":"b@example.com","customerId":"c-2"}]}
        """;

    private const string ExampleNdjson =
        """
        {"action":"add","email":"a@example.com","customerId":"c-1"}
        {"action":"remove","email":"b@example.com","customerId":"c-2"}
        """;

    private const string ExamplePreview =
        """
        {"requests":[{"method":"POST","path":"/api/lists/subscribe","body":{"listId":42,"subscribers":[{"email":"a@example.com","userId":"c-1"}]}}],
         "dropped":[{"index":1,"reason":"noEmail"}],"superseded":0}
        """;

    public static void DocumentMembers(this RouteHandlerBuilder path) => path
        .WithMetadata(
            new HeaderAttribute(IdempotencyHeader.Header, "Up to 255 characters of the sender's choice: the same key with the same body is accepted once, with another body it is refused."),
            new BodyExampleAttribute(ExampleJson),
            new BodyExampleAttribute(ExampleNdjson, mediaType: MediaTypes.Ndjson),
            new BodyExampleAttribute("""{"batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","received":2}""", StatusCodes.Status202Accepted))
        .WithName("acceptMembers")
        .WithSummary("Accept adds and removes of members")
        .WithDescription(
            "The response is 202 when the batch is on disk. NDJSON has one change a line and may be long (4 GB by default): it is stored in chunks while it is read, and accepted as a whole or not at all. " +
            "With an Idempotency-Key the same body is accepted once: a repetition gets the first response. Content-Encoding gzip is supported. " +
            "If too many changes are pending, or the disk is nearly full, the response is 429 or 503 with Retry-After, and nothing is accepted.")
        .Accepts<MembersRequest>(MediaTypes.Json, MediaTypes.Ndjson)
        .Produces<BatchAccepted>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status409Conflict);

    public static void DocumentPreview(this RouteHandlerBuilder path) => path
        .WithTags("Ingest")
        .WithMetadata(
            new BodyExampleAttribute(ExampleJson),
            new BodyExampleAttribute(ExampleNdjson, mediaType: MediaTypes.Ndjson),
            new BodyExampleAttribute(ExamplePreview, StatusCodes.Status200OK))
        .WithName("previewMembers")
        .WithSummary("Show what a batch would become")
        .WithDescription("Shows the requests to Iterable, and which changes would be dropped and why. Nothing is stored or sent. At most 10,000 changes by default, and 32 MB of response; more is 413.")
        .Accepts<MembersRequest>(MediaTypes.Json, MediaTypes.Ndjson)
        .Produces<Preview>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
}
