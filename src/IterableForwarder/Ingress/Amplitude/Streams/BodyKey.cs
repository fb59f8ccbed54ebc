using System.Buffers;
using System.Security.Claims;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Amplitude's SDKs send no headers of their own: the only secret is <c>api_key</c> in the body, and there it is an ingest key.</summary>
internal sealed class BodyKey(KeyDirectory keys, UnknownCallers unknown)
{
    /// <summary>Amplitude's SDKs know its first words, and do not try again.</summary>
    private const string NoKey =
        "Invalid API key: no key came with the request, or one that is unknown or has been revoked. Send an ingest key as 'api_key' within the first 64 KB of the body, or as 'Authorization: Bearer <key>'.";

    /// <summary>Makes the caller known by the key in the body, where there is none in the headers. Null, or the response that refuses the request.</summary>
    public async Task<ProblemHttpResult?> AuthenticateAsync(HttpContext context, IncomingBody body)
    {
        if (MayIngest(context.User)) return null;
        if (context.User.Identity?.IsAuthenticated == true)
            return TypedResults.Problem("The key does not open the ingest paths.", statusCode: StatusCodes.Status403Forbidden);
        try
        {
            var key = context.Request.Headers.ContainsKey(HeaderNames.Authorization) ? null : await FindAsync(context, body);
            if (key is not null && keys.Find(key) is { } caller && MayIngest(caller))
            {
                context.User = caller;
                body.ReadOn();
                return null;
            }
        }
        catch (BodyTooLargeException e)
        {
            // the limit is shorter than what is searched
            return BodyReader.Refuse(StatusCodes.Status413PayloadTooLarge, e.Message);
        }
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(NoKey, statusCode: StatusCodes.Status401Unauthorized);
    }

    /// <summary>Whether the key in the headers opens the path.</summary>
    public static bool MayIngest(ClaimsPrincipal caller) => caller.Has(KeyKind.Operator) || caller.Has(KeyKind.Ingest);

    private Task<string?> FindAsync(HttpContext context, IncomingBody body) => body.HasArrived
        ? FindAsync(body, context.RequestAborted)
        : unknown.ReadAsync(cancelled => FindAsync(body, cancelled), context.RequestAborted);

    /// <summary>Looks into the body without taking anything of it.</summary>
    private static async Task<string?> FindAsync(IncomingBody body, CancellationToken cancellationToken)
    {
        try
        {
            var read = await body.Reader.ReadAtLeastAsync(UnknownCallers.MaxBytes, cancellationToken);
            var head = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, UnknownCallers.MaxBytes));
            var key = Find(head, isLast: read.IsCompleted && head.Length == read.Buffer.Length);
            body.Reader.AdvanceTo(read.Buffer.Start);
            return key;
        }
        catch (InvalidDataException)
        {
            // not the gzip that it says to be
            return null;
        }
    }

    private static string? Find(ReadOnlySequence<byte> head, bool isLast)
    {
        ByteOrderMark.TrySkip(ref head, isLast);
        var reader = new Utf8JsonReader(head, isLast, new(KeptJson.AnyDepth));
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = reader.ValueTextEquals("api_key"u8);
                if (!reader.Read()) return null;
                if (isKey) return reader.TokenType == JsonTokenType.String ? JsonValues.TextOrNull(ref reader) : null;
                if (!reader.TrySkip()) return null;
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // what is wrong with the body is said to those who have a key
        }
        return null;
    }
}
