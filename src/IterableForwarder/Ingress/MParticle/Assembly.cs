using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A request with a key that opens the path; its body says whom it is for.</summary>
internal sealed record FirehoseTarget(DateTimeOffset ReceivedAt);

/// <summary>POST /ingest/mparticle: every message of Firehose.</summary>
internal sealed class FirehoseAssembly(
    MembershipAssembly membership,
    SubscriptionAssembly subscriptions,
    UnsupportedAssembly unsupported,
    Strangers strangers,
    PendingLimits limits,
    IOptions<IngestOptions> options,
    TimeProvider time)
    : IIngestAssembly<FirehoseTarget, FirehoseRequest>
{
    /// <summary>Bytes. Nothing but changes makes a message longer: those that exceed a capacity are refused unread.</summary>
    private const int LongMessage = 64 * 1024;

    public async Task<OrRefusal<FirehoseTarget>> FindAsync(HttpContext context)
    {
        var receivedAt = time.GetUtcNow();
        if (!context.User.Has(KeyKind.Operator) && !context.User.Has(KeyKind.Ingest)) return new(null, await strangers.RespondAsync(context, receivedAt));
        if (context.Request.ContentLength > LongMessage && limits.Check(null, 1) is { } exceeded) return new(null, Refuse(limits.Refuse(exceeded)));
        return new(new(receivedAt), null);
    }

    public BodyFormat<FirehoseRequest> Open(FirehoseTarget target, HttpContext context) => new FirehoseFormat(target, context, ChangeLimit.OfMessage(options.Value));

    public Task<Offer> AssembleAsync(FirehoseTarget target, FirehoseRequest message, CancellationToken cancellationToken) => message.Type switch
    {
        MessageType.Registration => Task.FromResult(Offer.None(RegistrationResponse.To(message.Message, message.ReceivedAt))),
        MessageType.Subscription => subscriptions.AssembleAsync(message),
        MessageType.MembershipChange => membership.AssembleAsync(message),
        MessageType.Events or MessageType.SubjectRequest => unsupported.AssembleAsync(message),
        _ => throw new InvalidOperationException($"Unknown type of message {message.Type}."),
    };

    /// <summary>
    /// After some 429 mParticle stops the whole output until a person resumes it, for the sake of one audience that is full or of changes that
    /// are dropped; after 503 it goes on with the next message.
    /// </summary>
    public IResult Refuse(CapacityExceeded exceeded) =>
        new CapacityExceededResult(exceeded, exceeded.Kind is CapacityKind.Connection or CapacityKind.Dropped ? StatusCodes.Status503ServiceUnavailable : null);
}
