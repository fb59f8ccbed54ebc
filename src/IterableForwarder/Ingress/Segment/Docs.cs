using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What the documentation says of Segment's audiences.</summary>
internal static class SegmentDocs
{
    private const string Events =
        """
        [{"type":"identify","userId":"u-1","messageId":"personas_1","timestamp":"2026-01-15T10:00:00.000Z",
          "traits":{"email":"ann@example.com","first_name":"Ann","vip":true},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42",
            "audience_settings":{"updateExistingUsersOnly":false,"campaignId":99,"globalUnsubscribe":false}}}},
         {"type":"track","event":"Audience Exited","userId":"u-2","messageId":"personas_2","timestamp":"2026-01-15T10:00:01.000Z",
          "properties":{"audience_key":"vip","vip":false,"email":"bob@example.com"},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42"}}},
         {"type":"identify","userId":"u-3","messageId":"personas_3","traits":{"email":"eve@example.com","vip":"yes"},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42"}}}]
        """;

    private const string Response =
        """
        {"accepted":2,"ignored":0,"refused":[{"index":2,"messageId":"personas_3","reason":"badMembership"}]}
        """;

    private const string Audience = """{"audienceName":"Big spenders"}""";

    private const string AudienceResponse = """{"externalId":"42"}""";

    private const string Errors =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
         "errors":{"[1]":["is not valid JSON: '}' is invalid after a property name (line 2, byte 17)"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    public static void DocumentEvents(this RouteHandlerBuilder path) => path
        .WithName("acceptSegment")
        .WithSummary("Accept audience events of Segment")
        .WithDescription(
            "Track and Identify events of Segment's audiences, as its webhook destinations send them: one, an array, or an object with batch, of up to 4000. " +
            "Each goes to the list of its audience: the one of external_audience_id, else the one named like the audience's key, created if it is missing. " +
            "A member enters with true and leaves with false. audience_settings, or the same names at the top of an event, count for that event. " +
            "The response is 202 when they are on disk; a messageId is accepted once within 24 hours, and refused as messageIdReused with another content. " +
            "Events of new audiences beyond Ingest:MaxNewAudiences are refused as tooManyAudiences; with Ingest:Segment:Provisioning 'known', a request that names an unknown audience gets 403. " +
            "Refused events are also under /api/v1/batches. If the project has a segmentSecret, X-Signature must match.")
        .Accepts<object>(MediaTypes.Json)
        .Produces<SegmentResponse>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .WithMetadata(
            new HeaderAttribute(Signature.Header, "Hexadecimal HMAC-SHA1 with the project's segmentSecret, over the body or over the first event of an array. Only where the project has a secret."),
            new BodyFormsAttribute(typeof(SegmentForm), typeof(IReadOnlyList<SegmentForm>), typeof(SegmentBatchForm)),
            new BodyExampleAttribute(Events),
            new BodyExampleAttribute(Response, StatusCodes.Status202Accepted),
            new BodyExampleAttribute(Errors, StatusCodes.Status400BadRequest));

    public static void DocumentLists(this RouteHandlerBuilder path) => path
        .WithTags("Ingest")
        .WithName("resolveSegmentAudience")
        .WithSummary("Find or create the list of a Segment audience")
        .WithDescription(
            "For createAudienceUrl and getAudienceUrl of Segment's destination Webhook Audiences. With audienceName, the response has Iterable's list of exactly this name, created if it is missing; " +
            "with externalId, it says whether Iterable has the list. Its id comes back as external_audience_id in the audience's events.")
        .Accepts<AudienceRequest>(MediaTypes.Json)
        .Produces<SegmentAudience>()
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status502BadGateway)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithMetadata(new BodyExampleAttribute(Audience), new BodyExampleAttribute(AudienceResponse, StatusCodes.Status200OK));
}
