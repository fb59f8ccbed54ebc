using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What reading came to: events, or the answer that refuses them.</summary>
internal sealed record SegmentReading(GatheredEvents? Events, ProblemHttpResult? Refusal);

/// <summary>Reads the body of a request.</summary>
internal sealed class SegmentReader(IProjectDirectory directory, IOptions<IngestOptions> options)
{
    private const string BadSignature = $"The project asks for {Signature.Header}, and there is none that fits the body or its first event. Nothing was accepted.";

    public async Task<SegmentReading> ReadAsync(Project project, DateTimeOffset receivedAt, HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json)
            return new(null, BodyAnswers.NotJson("events"));
        Signature? signature = null;
        if (project.SegmentSecret is { } secret && !Signature.TryRead(secret, context.Request, out signature))
            return Refuse(StatusCodes.Status401Unauthorized, BadSignature);
        await using var body = IncomingBody.Open(context.Request, options.Value.MaxBodyBytes, signature?.BodyHash());
        if (body is null) return new(null, BodyAnswers.UnknownEncoding());

        var events = new GatheredEvents(key => directory.TryGetByAudience(project.Id, Source.Segment, key, out var known) ? known : null, receivedAt);
        var faults = new Faults();
        var parser = new SegmentParser(events, signature, faults);
        if (await BodyAnswers.ReadAsync(ReadBodyAsync, faults) is { } refusal) return new(null, refusal);
        if (signature is not null && !signature.Fits(body.TakeHash()!)) return Refuse(StatusCodes.Status401Unauthorized, BadSignature);
        if (parser.HasTooMany) return Refuse(StatusCodes.Status413PayloadTooLarge, $"The body has more than {SegmentParser.MostEvents} events. Nothing was accepted.");
        return faults.Count > 0 ? new(null, faults.ToResult()) : new(events, null);

        async Task ReadBodyAsync()
        {
            await BodyLoop.ReadAsync(body.Reader, parser, onFull: null, context.RequestAborted);
            parser.Finish();
            // reading ends where the body breaks; who sent it may still be who the signature says
            if (signature is not null && faults.Count > 0) await body.DrainAsync(context.RequestAborted);
        }
    }

    private static SegmentReading Refuse(int status, string why) => new(null, BodyAnswers.Refuse(status, why));
}
