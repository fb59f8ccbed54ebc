using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What the documentation says of mParticle's Firehose.</summary>
internal static class MParticleDocs
{
    private const string MembershipChange =
        """
        {"type":"audience_membership_change_request","id":"1317071d-3342-4e1e-a691-84bd7e762bda","timestamp_ms":1767600000000,"firehose_version":"3.2.0",
         "account":{"account_id":123456,"account_settings":{"apiKey":"a-server-side-key-of-iterable","userIdField":"customerId"}},
         "user_profiles":[{"mpid":"-5227515829034156637",
           "user_identities":[{"type":"email","encoding":"raw","value":"ann@example.com"},{"type":"customer","encoding":"raw","value":"c-1"}],
           "audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add"}]}]}
        """;

    private const string Response =
        """
        {"type":"audience_membership_change_response","id":"1317071d-3342-4e1e-a691-84bd7e762bda","timestamp_ms":1767600000042,"firehose_version":"3.2.0","suspend_subscription":false}
        """;

    private const string Registration =
        """
        {"type":"module_registration_response","id":"0199c0e2-6d1b-7c55-9f0e-2b6f1c3d4e5f","timestamp_ms":1767600000042,"firehose_version":"3.2.0",
         "name":"IterableForwarder","version":"0.1.0","sdk_version":"3.2.0","description":"Forwards audiences from customer data platforms to Iterable.",
         "permissions":{"user_identities":[{"type":"email","encoding":"raw","required":false},{"type":"customer","encoding":"raw","required":false}],"allow_access_mpid":true},
         "audience_processing_registration":{
           "account_settings":[{"type":"text","id":"apiKey","name":"API Key","required":true,"confidential":true,"visible":true},
                               {"type":"text","id":"userIdField","name":"User ID","default_value":"customerId","required":true,"visible":true}],
           "audience_subscription_settings":[{"type":"integer","id":"listId","name":"List ID","required":true,"visible":true}],
           "bulk_configuration":{"bulk_forward_wait_for_messages":1000,"bulk_forward_wait_in_minutes":1}}}
        """;

    private const string Errors =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
         "errors":{"account.account_settings.apiKey":["is required"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;

    public static void DocumentFirehose(this RouteHandlerBuilder path) => path
        .WithTags("Ingest")
        .WithName("acceptFirehose")
        .WithSummary("Accept messages of mParticle's Firehose")
        .WithDescription(
            "Takes every type of message; with ?dataCenter=eu for a project in Iterable's EU data center. All but module_registration_request need an ingest key. " +
            "The response to a membership change is 202 when it is on disk; /api/v1/batches?sourceId= with the message's id shows who was not forwarded. A message id is accepted once. " +
            "Unknown projects and audiences are created, or refused with 403 if Ingest:MParticle:Provisioning is 'known'; changes of new audiences beyond Ingest:MaxNewAudiences are kept as dropped, tooManyAudiences.")
        .Accepts<object>(MediaTypes.Json)
        .Produces<RegistrationResponse>(StatusCodes.Status200OK)
        .Produces<FirehoseResponse>(StatusCodes.Status202Accepted)
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
        .WithMetadata(
            new BodyFormsAttribute(typeof(FirehoseForm)),
            new QueryAttribute("dataCenter", Vocabulary.DataCenters, "The data center of the Iterable project if the service creates it; us by default."),
            new BodyExampleAttribute(MembershipChange),
            new BodyExampleAttribute(Registration, StatusCodes.Status200OK),
            new BodyExampleAttribute(Response, StatusCodes.Status202Accepted),
            new BodyExampleAttribute(Errors, StatusCodes.Status400BadRequest));
}
