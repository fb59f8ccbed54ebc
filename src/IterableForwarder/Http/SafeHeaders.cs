using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Http;

/// <summary>Headers that keep browsers and caches from misusing a response, on every response, also on those that report an error.</summary>
internal static class SafeHeaders
{
    /// <summary>The paths whose responses may show persons or keys.</summary>
    private static readonly PathString[] Private = ["/api", "/ingest"];

    public static void UseSafeHeaders(this WebApplication app) => app.Use(static (context, next) =>
    {
        // at the start of the response, as whoever reports an error clears the headers that were set before
        context.Response.OnStarting(static state => Add((HttpContext)state), context);
        return next(context);
    });

    private static Task Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "frame-ancestors 'none'";
        headers.XFrameOptions = "DENY";
        if (Array.Exists(Private, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)))
            headers[HeaderNames.CacheControl] = "no-store";
        return Task.CompletedTask;
    }
}
