using Iterable.Client;
using IterableForwarder.Http;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>POST /ingest/mparticle: every message of Firehose.</summary>
internal sealed class MParticleEndpoint(
    FirehoseReader reader,
    MembershipHandler membership,
    SubscriptionHandler subscriptions,
    UnsupportedHandler unsupported,
    PendingLimits limits,
    TimeProvider time)
{
    private const string KeyPath = "account.account_settings.apiKey";
    private const int MostKeyCharacters = 200;

    /// <summary>Bytes. Nothing but changes makes a message longer: those are refused unread where there is no room for them.</summary>
    private const int LongMessage = 64 * 1024;

    public async Task<IResult> HandleAsync(HttpContext context)
    {
        var receivedAt = time.GetUtcNow();
        if (!context.User.Has(KeyKind.Operator) && !context.User.Has(KeyKind.Ingest)) return await AnswerStrangerAsync(context, receivedAt);
        if (context.Request.ContentLength > LongMessage && limits.Check(null, 1) is { } noRoom) return Refuse(limits.Refuse(noRoom));
        var reading = await reader.ReadAsync(context);
        if (reading.Message is not { } message) return reading.Refusal!;

        var faults = new Faults();
        var dataCenter = ReadDataCenter(context, faults);
        Check(message, faults);
        if (faults.Count > 0) return faults.ToResult();
        var request = new FirehoseRequest(message, message.Type!.Value, context.User, dataCenter, receivedAt, context.RequestAborted);
        try
        {
            return await DispatchAsync(request);
        }
        catch (NoRoomException e)
        {
            return Refuse(e.NoRoom);
        }
    }

    /// <summary>
    /// After some 429 mParticle stops the whole output until a person resumes it, for the sake of one audience that is full; after
    /// 503 it goes on with the next message.
    /// </summary>
    private static NoRoomResult Refuse(NoRoom noRoom) => new(noRoom, noRoom.In == NoRoomIn.Connection ? StatusCodes.Status503ServiceUnavailable : null);

    private Task<IResult> DispatchAsync(FirehoseRequest request) => request.Type switch
    {
        MessageType.Registration => Task.FromResult<IResult>(RegistrationAnswer.To(request.Message, request.ReceivedAt)),
        MessageType.Subscription => subscriptions.HandleAsync(request),
        MessageType.MembershipChange => membership.HandleAsync(request),
        MessageType.Events or MessageType.SubjectRequest => unsupported.HandleAsync(request),
        _ => throw new InvalidOperationException($"Unknown type of message {request.Type}."),
    };

    /// <summary>Somebody without a key that opens this path: mParticle registers so, and nobody else has anything to say.</summary>
    private static async Task<IResult> AnswerStrangerAsync(HttpContext context, DateTimeOffset receivedAt)
    {
        if (await FirehoseReader.ReadStrangersAsync(context) is { } reading) return reading.Refusal is { } refusal ? refusal : RegistrationAnswer.To(reading.Message!, receivedAt);
        return context.User.Identity?.IsAuthenticated == true ? TypedResults.Forbid() : TypedResults.Challenge();
    }

    private static IterableDataCenter ReadDataCenter(HttpContext context, Faults faults)
    {
        if (!context.Request.Query.TryGetValue("dataCenter", out var words)) return IterableDataCenter.Us;
        if (words.Count != 1 || !SettingsWords.DataCenters.TryParse(words[0], out var dataCenter))
        {
            faults.Add("dataCenter", $"must be one of: {SettingsWords.DataCenters.Allowed}");
            return IterableDataCenter.Us;
        }
        return dataCenter;
    }

    private static void Check(FirehoseMessage message, Faults faults)
    {
        if (message.TypeWord is null) faults.Add("type", $"is required: {FirehoseWords.Allowed}");
        else if (message.Type is null) faults.Add("type", $"must be one of: {FirehoseWords.Allowed}");
        if (message.Type == MessageType.Registration || (message.Type == MessageType.SubjectRequest && message.Account == Account.None)) return;
        if (message.Account.ApiKey is null) faults.Add(KeyPath, "is required");
        else if (message.Account.ApiKey.Length > MostKeyCharacters) faults.Add(KeyPath, $"must have at most {MostKeyCharacters} characters");
    }
}
