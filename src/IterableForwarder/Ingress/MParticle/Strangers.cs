using System.Buffers;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Callers without a key that opens this path: mParticle registers so, and nobody else has anything to say.</summary>
internal static class Strangers
{
    /// <summary>A registration is a few hundred bytes; more is not taken in from somebody whose key opens nothing here.</summary>
    private const int MaxBytes = 64 * 1024;

    public static async Task<IResult> RespondAsync(HttpContext context, DateTimeOffset receivedAt)
    {
        var (registration, refusal) = await ReadAsync(context);
        if (refusal is not null) return refusal;
        if (registration is not null) return RegistrationResponse.To(registration, receivedAt);
        return context.User.Identity?.IsAuthenticated == true ? TypedResults.Forbid() : TypedResults.Challenge();
    }

    /// <summary>Reads no more than the type of the message needs. Neither a message nor a refusal where it is no registration.</summary>
    private static async Task<OrRefusal<FirehoseMessage>> ReadAsync(HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return default;
        await using var body = IncomingBody.Open(context.Request, limit: 0, isHashed: false);
        if (body is null) return default;

        var message = new FirehoseMessage();
        var errors = new ValidationErrors();
        try
        {
            var head = new byte[MaxBytes];
            var length = await body.Reader.AsStream(leaveOpen: true).ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, context.RequestAborted);
            var slice = new ReadOnlySequence<byte>(head, 0, length);
            ByteOrderMark.TrySkip(ref slice, isLast: true);
            new FirehoseParser(message, errors).Parse(ref slice, isLast: length < head.Length);
        }
        catch (InvalidDataException)
        {
            return default;
        }
        if (message.Type != MessageType.Registration) return default;
        return errors.Count > 0 ? new(null, errors.ToResult()) : new(message, null);
    }
}
