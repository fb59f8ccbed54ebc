using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Registration of Amplitude's streams of events and users.</summary>
internal static class StreamsComposition
{
    public static void AddAmplitudeStreams(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StreamRequestReader>();
        builder.Services.AddSingleton(HttpApi.Problems);
        builder.Services.AddSingleton<BodyKey>();
        builder.Services.AddSingleton<StreamsEndpoint>();
        builder.Services.AddSingleton<PreviewEndpoint>();
    }

    public static void MapAmplitudeStreams(this WebApplication app)
    {
        Ingest(app.MapPost("/ingest/amplitude/{streamId}/events", (string streamId, HttpContext context, StreamsEndpoint endpoint) => endpoint.HandleEventsAsync(streamId, context)))
            .WithName("acceptAmplitudeEvents")
            .WithSummary("Accept events of Amplitude")
            .WithDescription(
                "One event, as Amplitude's webhook streaming sends it, or an object with events, up to 2000, as its HTTP API takes them. Which are sent, and what of them, " +
                "the stream says. Answered with 202 once they are on disk; an event that comes again replaces itself at Iterable. In the form of the HTTP API, user properties update the user too, " +
                "and the answer is the one that Amplitude's SDKs expect: 200 with code, and code and error in each refusal. Where there is no Authorization header, api_key in the body is the ingest key. " +
                "$identify and $groupidentify are events only where include names them.")
            .WithMetadata(
                new BodyFormsAttribute(typeof(AmplitudeEventForm), typeof(HttpApiForm)),
                new ProblemFormAttribute(typeof(AmplitudeProblem)),
                new BodyExampleAttribute(StreamsExamples.Event),
                new BodyExampleAttribute(StreamsExamples.HttpApiAnswer, StatusCodes.Status200OK))
            .Produces<HttpApiAnswer>()
            // the key may stand in the body
            .AllowAnonymous();

        Ingest(app.MapPost("/ingest/amplitude/{streamId}/users", (string streamId, HttpContext context, StreamsEndpoint endpoint) => endpoint.HandleUsersAsync(streamId, context)))
            .WithName("acceptAmplitudeUsers")
            .WithSummary("Accept users of Amplitude")
            .WithDescription(
                "One user, plain or as Identify has it, or an object with identification, up to 2000. Plain values and $set are sent, where the stream selects the property; " +
                "other operations on such a property are refused as unsupportedAction. Answered with 202 once they are on disk.")
            .WithMetadata(new BodyFormsAttribute(typeof(AmplitudeUserForm), typeof(IdentifyForm)), new BodyExampleAttribute(StreamsExamples.User));

        app.MapPost("/api/v1/streams/{id}/preview", (string id, HttpContext context, PreviewEndpoint endpoint) => endpoint.HandleAsync(id, context))
            .RequireAuthorization(Policies.Ingest)
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithTags("Streams")
            .WithName("previewStream")
            .WithSummary("Show what an event would become")
            .WithDescription("Whether it passes, what in the stream's definition stops it, and the requests that Iterable would get. Nothing is stored or sent.")
            .WithMetadata(
                new BodyFormsAttribute(typeof(AmplitudeEventForm), typeof(HttpApiForm)),
                new BodyExampleAttribute(StreamsExamples.Event),
                new BodyExampleAttribute(StreamsExamples.Preview, StatusCodes.Status200OK))
            .Accepts<object>(MediaTypes.Json)
            .Produces<StreamPreview>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
    }

    private static RouteHandlerBuilder Ingest(RouteHandlerBuilder path) => path
        .TakesBatches()
        .WithMetadata(new BodyExampleAttribute(StreamsExamples.Answer, StatusCodes.Status202Accepted))
        .Accepts<object>(MediaTypes.Json)
        .Produces<IngestAnswer>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status403Forbidden);
}
