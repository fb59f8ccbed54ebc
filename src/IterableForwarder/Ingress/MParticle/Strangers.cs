using System.Buffers;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Callers without a key that opens this path: mParticle registers so, and nobody else has anything to say.</summary>
internal sealed class Strangers(BodyReader reader, UnknownCallers unknown)
{
    /// <exception cref="Journal.Limits.CapacityExceededException">Too many others are being read.</exception>
    public async Task<IResult> RespondAsync(HttpContext context, DateTimeOffset receivedAt)
    {
        var (registration, refusal) = await ReadAsync(context);
        if (refusal is not null) return refusal;
        if (registration is not null) return RegistrationResponse.To(registration, receivedAt);
        return context.User.Identity?.IsAuthenticated == true ? TypedResults.Forbid() : TypedResults.Challenge();
    }

    /// <summary>Reads no more than the type of the message needs. Neither a message nor a refusal where it is no registration.</summary>
    private async Task<OrRefusal<FirehoseMessage>> ReadAsync(HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return default;
        // the limit of a body is for those who have a key
        var (opened, _) = await reader.OpenHeadAsync(context, limit: 0);
        if (opened is null) return default;
        await using var body = opened;
        return await unknown.ReadAsync(cancelled => ReadHeadAsync(body, cancelled), context.RequestAborted) is { } head ? Read(head) : default;
    }

    private static async Task<BodyHead?> ReadHeadAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        try
        {
            var read = await body.Reader.ReadAtLeastAsync(UnknownCallers.MaxBytes, cancellationToken);
            var length = (int)Math.Min(read.Buffer.Length, UnknownCallers.MaxBytes);
            var head = new BodyHead(read.Buffer.Slice(0, length).ToArray(), IsWhole: read.IsCompleted && length == read.Buffer.Length);
            body.Reader.AdvanceTo(read.Buffer.Start);
            return head;
        }
        catch (InvalidDataException)
        {
            // not the gzip that it says to be
            return null;
        }
    }

    private static OrRefusal<FirehoseMessage> Read(BodyHead head)
    {
        var message = new FirehoseMessage();
        var errors = new ValidationErrors();
        var slice = new ReadOnlySequence<byte>(head.Bytes);
        ByteOrderMark.TrySkip(ref slice, isLast: true);
        new FirehoseParser(message, errors).Parse(ref slice, head.IsWhole);
        if (message.Type != MessageType.Registration) return default;
        return errors.Count > 0 ? new(null, errors.ToResult()) : new(message, null);
    }

    /// <summary>The start of a body.</summary>
    private sealed record BodyHead(byte[] Bytes, bool IsWhole);
}
