using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>What the documentation says of Amplitude's cohort webhook.</summary>
internal static class CohortsDocs
{
    private const string Message =
        """
        {"cohort_name":"Loyal shoppers","cohort_id":"7khm89cz","in_cohort":true,"computed_time":"1767600000",
         "message_id":"9baaa88f-9d46-4ee5-a946-be0c6aea0046::enter::0",
         "users":[{"user_id":"c-1","user_properties":{"email":"ann@example.com"}},{"user_id":"c-2"}]}
        """;

    private const string Response = """{"batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","received":2}""";

    private const string Errors =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
         "errors":{"cohort_id":["is required"],"in_cohort":["must be true or false"]},"faultCount":2,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    public static void DocumentCohorts(this RouteHandlerBuilder path) => path
        .WithName("acceptAmplitudeCohort")
        .WithSummary("Accept messages of Amplitude's cohort webhook")
        .WithDescription(
            "Users who entered a cohort (in_cohort true) or left it (false). They go to the list named '[Amplitude] ' and the cohort's name, which is created if it is missing, like the connection for the cohort_id. " +
            "The user id is user_id, the e-mail user_properties.email. The response is 200 when the batch is on disk; a message_id is accepted once. " +
            "A message of an earlier computed_time does not undo a later one. An error of one user is an outcome of that user alone, under /api/v1/batches?sourceId= with the message_id. " +
            "A new cohort beyond Ingest:MaxNewAudiences is kept as dropped, tooManyAudiences; with Ingest:Amplitude:Provisioning 'known' it is refused with 403.")
        .Accepts<object>(MediaTypes.Json)
        .Produces<CohortAccepted>()
        .WithMetadata(
            new BodyFormsAttribute(typeof(CohortForm)),
            new BodyExampleAttribute(Message),
            new BodyExampleAttribute(Response, StatusCodes.Status200OK),
            new BodyExampleAttribute(Errors, StatusCodes.Status400BadRequest));
}
