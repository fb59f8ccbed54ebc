using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Body;

/// <summary>Reads bodies, and refuses those that cannot be read, in whatever format.</summary>
internal sealed class BodyReader(IOptions<IngestOptions> options, BodyMemory memory)
{
    /// <summary>What the body says, or the response that refuses it.</summary>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public async Task<OrRefusal<TMessage>> ReadAsync<TMessage>(BodyFormat<TMessage> format, HttpContext context)
        where TMessage : class
    {
        if (!format.Takes(MediaTypes.FormOf(context.Request)))
            return new(null, Unsupported(format.What, format.MediaTypesTaken));
        if (format.RefuseUnread() is { } unread) return new(null, unread);
        if (format.Opened is { } opened) return await ReadAsync(format, opened, context);
        var (body, refusal) = await OpenAsync(context, format.MaxBytes(options.Value), format.CreateHash(), format.MaxBytesInMemory);
        if (body is null) return new(null, refusal);
        await using (body) return await ReadAsync(format, body, context);
    }

    /// <summary>Opens a JSON body before its format is known, or refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="what">What the body is to hold, for the refusal.</param>
    /// <param name="isCallerKnown">False where the key is to be looked for in the body: little of it is read until it says more.</param>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public async Task<OrRefusal<IncomingBody>> OpenAsync(HttpContext context, string what, bool isCallerKnown)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return new(null, Unsupported(what, MediaTypes.Json));
        return isCallerKnown
            ? await OpenAsync(context, options.Value.MaxBodyBytes, hash: null, long.MaxValue)
            : await OpenHeadAsync(context, options.Value.MaxBodyBytes);
    }

    /// <summary>Opens a body whose sender is not known: as much as <see cref="UnknownCallers"/> reads, until <see cref="IncomingBody.ReadOn"/>.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Bytes of the whole body at most; 0 for no limit.</param>
    /// <exception cref="Journal.Limits.CapacityExceededException">The bodies of all requests take too much memory.</exception>
    public async Task<OrRefusal<IncomingBody>> OpenHeadAsync(HttpContext context, long limit)
    {
        var opened = await OpenAsync(context, limit, hash: null, UnknownCallers.MaxBytes);
        if (opened.Value?.Share is { } share) share.MaxRead = long.MaxValue;
        return opened with { Value = opened.Value?.UpTo(UnknownCallers.MaxBytes) };
    }

    /// <summary>Refuses a body of which the head says enough, and takes memory for any other before the first byte of it is read.</summary>
    private async ValueTask<OrRefusal<IncomingBody>> OpenAsync(HttpContext context, long limit, IncrementalHash? hash, long maxInMemory)
    {
        var request = context.Request;
        var encoding = IncomingBody.EncodingOf(request);
        if (encoding is null)
        {
            hash?.Dispose();
            return new(null, UnknownEncoding());
        }
        var length = encoding == BodyEncoding.None ? request.ContentLength : null;
        if (limit > 0 && length > limit)
        {
            hash?.Dispose();
            return new(null, TooLarge(context, BodyTooLargeException.OfLength(limit)));
        }
        if (hash is null && IncomingBody.IsSmall(request, limit)) return new(IncomingBody.OfSmall(request), null);
        var share = new BodyShare(memory) { MaxRead = maxInMemory };
        // what is made of the body is in memory until the response is written
        context.Response.RegisterForDispose(share);
        await share.BeginAsync(length, context.RequestAborted);
        return new(IncomingBody.Of(request, new(limit, options.Value.MaxRatio), hash, share), null);
    }

    private static ProblemHttpResult Unsupported(string what, string mediaTypes) =>
        Refuse(StatusCodes.Status415UnsupportedMediaType, $"Send the {what} as {mediaTypes}.");

    private static ProblemHttpResult UnknownEncoding() =>
        Refuse(StatusCodes.Status415UnsupportedMediaType, "The only supported Content-Encoding is gzip.");

    private static ProblemHttpResult TooLarge(HttpContext context, BodyTooLargeException error)
    {
        // the rest of the body is not read: without this the sender may use the connection again while the server closes it
        context.Response.Headers.Connection = "close";
        return Refuse(StatusCodes.Status413PayloadTooLarge, error.Message);
    }

    public static ProblemHttpResult Refuse(int status, string why) => TypedResults.Problem(why, statusCode: status);

    private static async Task<OrRefusal<TMessage>> ReadAsync<TMessage>(BodyFormat<TMessage> format, IncomingBody body, HttpContext context)
        where TMessage : class
    {
        try
        {
            await BodyLoop.ReadAsync(new(body.Reader, body.WorthReading, body.Share, format), format.Parser, format.GiveAwayAsync, context.RequestAborted);
            await format.FinishAsync(body, context.RequestAborted);
        }
        catch (BodyTooLargeException e)
        {
            return new(null, TooLarge(context, e));
        }
        catch (InvalidDataException)
        {
            format.Errors.Add("$", "is not gzip, although Content-Encoding says so");
        }
        if (format.Refuse(body) is { } refusal) return new(null, refusal);
        return format.Errors.Count > 0 ? new(null, format.Errors.ToResult()) : new(format.ToMessage(body), null);
    }
}
