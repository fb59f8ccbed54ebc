using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /ingest/amplitude/{streamId}/events. In either form; that of the HTTP V2 API is answered like Amplitude itself.</summary>
internal sealed class EventsAssembly(
    StreamTargets streams, BodyReader reader, BodyKey bodyKey, StreamBatches batches, IOptions<IngestOptions> options, TimeProvider time)
    : IIngestAssembly<StreamTarget, StreamIntake>
{
    /// <summary>The body is opened first, as the caller's key may be in it.</summary>
    public async Task<OrRefusal<StreamTarget>> FindAsync(HttpContext context)
    {
        var (body, unreadable) = await reader.OpenAsync(context, StreamFormat.Messages, BodyKey.MayIngest(context.User));
        if (body is null) return new(null, unreadable);
        context.Response.RegisterForDisposeAsync(body);
        if (await bodyKey.AuthenticateAsync(context, body) is { } unauthorized) return new(null, unauthorized);
        var (target, refusal) = streams.Find(context, "streamId");
        return target is null ? new(null, refusal) : new(target with { Body = body }, null);
    }

    public BodyFormat<StreamIntake> Open(StreamTarget target, HttpContext context) =>
        StreamFormat.OfEvents(target, context, new(time.GetUtcNow(), ChangeLimit.OfMessage(options.Value)));

    public Task<Offer> AssembleAsync(StreamTarget target, StreamIntake message, CancellationToken cancellationToken) => Task.FromResult(
        batches.OfferFor(target.Events, message, () => message.IsHttpApi
            ? TypedResults.Ok(HttpApiResponse.Of(message.Response, target.Body!.Length, time.GetUtcNow()))
            : TypedResults.Accepted((string?)null, message.Response)));
}

/// <summary>POST /ingest/amplitude/{streamId}/users.</summary>
internal sealed class UsersAssembly(StreamTargets streams, StreamBatches batches, IOptions<IngestOptions> options, TimeProvider time) : IIngestAssembly<StreamTarget, StreamIntake>
{
    public Task<OrRefusal<StreamTarget>> FindAsync(HttpContext context) => Task.FromResult(streams.Find(context, "streamId"));

    public BodyFormat<StreamIntake> Open(StreamTarget target, HttpContext context) =>
        StreamFormat.OfUsers(target, context, new(time.GetUtcNow(), ChangeLimit.OfMessage(options.Value)));

    public Task<Offer> AssembleAsync(StreamTarget target, StreamIntake message, CancellationToken cancellationToken) =>
        Task.FromResult(batches.OfferFor(target.Users, message, () => TypedResults.Accepted((string?)null, message.Response)));
}

/// <summary>What the messages of a request come to.</summary>
internal sealed class StreamBatches(PendingLimits limits, TimeProvider time)
{
    /// <summary>
    /// Room is asked for only now: the sender's SDK wants to be told which of its events have to wait, and the limit of the body bounds what was
    /// read. The same event again is the same at Iterable, as its id is: no key is needed.
    /// </summary>
    /// <param name="feed">The feed that the path is for.</param>
    /// <param name="intake">What was read.</param>
    /// <param name="response">In the form in which the messages came.</param>
    public Offer OfferFor(StreamFeed feed, StreamIntake intake, Func<IResult> response)
    {
        if (limits.Check(feed.Id, 1) is { } exceeded) return Offer.None(new CapacityExceededResult(limits.Refuse(exceeded)));
        return new(intake.ToBatches(time), _ => response()) { Ignored = new(Source.Amplitude, intake.Response.Ignored) };
    }
}
