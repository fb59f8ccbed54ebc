using System.Buffers;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What reading came to: a message, or the answer that refuses it.</summary>
internal sealed record FirehoseReading(FirehoseMessage? Message, ProblemHttpResult? Refusal);

/// <summary>Reads the body of a request.</summary>
internal sealed class FirehoseReader(IOptions<IngestOptions> options)
{
    /// <summary>A registration is a few hundred bytes; more is not taken in from somebody whose key opens nothing here.</summary>
    private const int StrangersBytes = 64 * 1024;

    /// <summary>Reads all of it.</summary>
    public async Task<FirehoseReading> ReadAsync(HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json)
            return new(null, BodyAnswers.NotJson("message"));
        await using var body = IncomingBody.Open(context.Request, options.Value.MaxBodyBytes, isHashed: false);
        if (body is null) return new(null, BodyAnswers.UnknownEncoding());

        var message = new FirehoseMessage();
        var faults = new Faults();
        var parser = new FirehoseParser(message, faults);
        if (await BodyAnswers.ReadAsync(() => BodyLoop.ReadAsync(body.Reader, parser, onFull: null, context.RequestAborted), faults) is { } refusal) return new(null, refusal);
        return faults.Count > 0 ? new(null, faults.ToResult()) : new(message, null);
    }

    /// <summary>
    /// Reads no more than the type of the message needs, from a caller without a key for it. Null unless it is a registration: then
    /// the caller has no business here.
    /// </summary>
    public static async Task<FirehoseReading?> ReadStrangersAsync(HttpContext context)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return null;
        await using var body = IncomingBody.Open(context.Request, limit: 0, isHashed: false);
        if (body is null) return null;

        var message = new FirehoseMessage();
        var faults = new Faults();
        try
        {
            var head = new byte[StrangersBytes];
            var length = await body.Reader.AsStream(leaveOpen: true).ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, context.RequestAborted);
            var slice = new ReadOnlySequence<byte>(head, 0, length);
            ByteOrderMark.TrySkip(ref slice, isLast: true);
            new FirehoseParser(message, faults).Parse(ref slice, isLast: length < head.Length);
        }
        catch (InvalidDataException)
        {
            return null;
        }
        if (message.Type != MessageType.Registration) return null;
        return faults.Count > 0 ? new(null, faults.ToResult()) : new(message, null);
    }
}
