using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Registration of mParticle's Firehose.</summary>
internal static class MParticleComposition
{
    public static void AddMParticle(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MParticleOptions>()
            .Bind(builder.Configuration.GetSection(MParticleOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<OncePerHour>();
        builder.Services.AddSingleton<Suspension>();
        builder.Services.AddSingleton<FirehoseReader>();
        builder.Services.AddSingleton<KeyCheck>();
        builder.Services.AddSingleton<KeyRotation>();
        builder.Services.AddHostedService<KeyRotationRetries>();
        builder.Services.AddSingleton<Accounts>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddSingleton<MembershipHandler>();
        builder.Services.AddSingleton<SubscriptionHandler>();
        builder.Services.AddSingleton<UnsupportedHandler>();
        builder.Services.AddSingleton<MParticleEndpoint>();
    }

    public static void MapMParticle(this WebApplication app)
    {
        // what asks for a key depends on the type of the message: the endpoint sees to it, and the documentation says that one is needed
        app.MapPost("/ingest/mparticle", (HttpContext context, MParticleEndpoint endpoint) => endpoint.HandleAsync(context))
            .RequireAuthorization(Policies.Ingest)
            .AllowAnonymous()
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithTags("Ingest")
            .WithName("acceptFirehose")
            .WithSummary("Accept messages of mParticle's Firehose")
            .WithDescription(
                "Every type of message goes here; with ?dataCenter=eu for a project in Iterable's EU data center. All but module_registration_request need a key that opens the ingest paths. " +
                "A membership change is answered with 202 once it is on disk; who was not forwarded shows under /api/v1/batches?sourceId= with the message's id. A message id is accepted once. " +
                "Unknown projects and audiences are made, or refused with 403 where Ingest:MParticle:Provisioning is 'known'.")
            .Accepts<object>(MediaTypes.Json)
            .Produces<RegistrationAnswer>(StatusCodes.Status200OK)
            .Produces<FirehoseAnswer>(StatusCodes.Status202Accepted)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithMetadata(
                new BodyFormsAttribute(typeof(FirehoseForm)),
                new QueryAttribute("dataCenter", Vocabulary.DataCenters, "Where the Iterable project lives, should it have to be made; us by default."),
                new BodyExampleAttribute(MParticleExamples.MembershipChange),
                new BodyExampleAttribute(MParticleExamples.Registration, StatusCodes.Status200OK),
                new BodyExampleAttribute(MParticleExamples.Answer, StatusCodes.Status202Accepted),
                new BodyExampleAttribute(MParticleExamples.Faults, StatusCodes.Status400BadRequest));
    }
}
