using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Body;

/// <summary>Reads bodies, and refuses those that cannot be read, in whatever format.</summary>
internal sealed class BodyReader(IOptions<IngestOptions> options)
{
    /// <summary>What the body says, or the response that refuses it.</summary>
    public async Task<OrRefusal<TMessage>> ReadAsync<TMessage>(BodyFormat<TMessage> format, HttpContext context)
        where TMessage : class
    {
        if (!format.Takes(MediaTypes.FormOf(context.Request)))
            return new(null, Unsupported(format.What, format.MediaTypesTaken));
        if (format.RefuseUnread() is { } unread) return new(null, unread);
        if (format.Opened is { } opened) return await ReadAsync(format, opened, context);
        var limit = format.MaxBytes(options.Value);
        if (IncomingBody.IsTooLarge(context.Request, limit)) return new(null, TooLarge(context, new BodyTooLargeException(limit)));
        await using var body = IncomingBody.Open(context.Request, limit, format.CreateHash());
        return body is null ? new(null, UnknownEncoding()) : await ReadAsync(format, body, context);
    }

    /// <summary>Opens a JSON body before its format is known, or refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="what">What the body is to hold, for the refusal.</param>
    public OrRefusal<IncomingBody> Open(HttpContext context, string what)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json) return new(null, Unsupported(what, MediaTypes.Json));
        var limit = options.Value.MaxBodyBytes;
        if (IncomingBody.IsTooLarge(context.Request, limit)) return new(null, TooLarge(context, new BodyTooLargeException(limit)));
        var body = IncomingBody.Open(context.Request, limit, isHashed: false);
        return body is null ? new(null, UnknownEncoding()) : new(body, null);
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
            await BodyLoop.ReadAsync(body.Reader, body.WorthReading, format.Parser, format.GiveAwayAsync, context.RequestAborted);
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
