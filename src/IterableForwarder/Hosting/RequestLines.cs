using IterableForwarder.Changes;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;
using Serilog.AspNetCore;
using Serilog.Events;

namespace IterableForwarder.Hosting;

/// <summary>
/// One line for each request: method, path, status, time, and the id that the response gives where it reports an error. Queries are left out.
/// </summary>
/// <remarks>
/// What was accepted is in the journal, where it is found by batch, connection and person, and what was put off is counted: their lines
/// are for debugging, as at thousands a second they would bury the others and take an eighth of the CPU. So are the lines of callers who
/// went away, and of refused keys and paths but the first of a minute (<see cref="RefusedRequests"/>).
/// </remarks>
internal static class RequestLines
{
    /// <summary>In place of a path that leads nowhere, or to the pages of Swagger.</summary>
    private const string NoRoute = "(no route)";

    public static void Configure(RequestLoggingOptions options, RefusedRequests refused)
    {
        options.MessageTemplate = "HTTP {RequestMethod} {RequestPath} responded {StatusCode} in {Elapsed:0.0000} ms, {RequestId}";
        options.GetMessageTemplateProperties = (context, _, elapsed, status) =>
        [
            new("RequestMethod", new ScalarValue(context.Request.Method)),
            new("RequestPath", new ScalarValue(PathOf(context))),
            new("StatusCode", new ScalarValue(status)),
            new("Elapsed", new ScalarValue(elapsed)),
            new("RequestId", new ScalarValue(Problems.RequestId(context))),
        ];
        options.GetLevel = (context, _, error) => LevelOf(context, error, refused);
    }

    private static LogEventLevel LevelOf(HttpContext context, Exception? error, RefusedRequests refused)
    {
        if (context.Response.StatusCode == StatusCodes.Status499ClientClosedRequest) return LogEventLevel.Debug;
        if (error is not null) return LogEventLevel.Error;
        if (IsPutOff(context.Response)) return LogEventLevel.Debug;
        if (RefusedRequests.Covers(context.Response.StatusCode)) return refused.Note(context.Response.StatusCode) ? LogEventLevel.Information : LogEventLevel.Debug;
        if (context.Response.StatusCode >= StatusCodes.Status500InternalServerError) return LogEventLevel.Error;
        return context.Response.StatusCode == StatusCodes.Status202Accepted || IsProbe(context.Request) ? LogEventLevel.Debug : LogEventLevel.Information;
    }

    /// <summary>A capacity was exceeded, or the store was not available: the sender retries. A counter or a line of its own tells of both.</summary>
    private static bool IsPutOff(HttpResponse response) => response.Headers.ContainsKey(HeaderNames.RetryAfter);

    private static bool IsProbe(HttpRequest request) =>
        request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || request.Path == "/metrics";

    /// <summary>
    /// As it was asked for, where all of it is ours: words of a route, and ids. What is in an id's place, or in a path of which there is
    /// none, may be a key or a person that somebody pasted: then it is the route, or nothing.
    /// </summary>
    private static string PathOf(HttpContext context)
    {
        if (EndpointOf(context) is not { } endpoint) return NoRoute;
        var values = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? context.Request.RouteValues;
        return endpoint.RoutePattern.Parameters.All(p => OpaqueId.IsOurs(values[p.Name] as string)) ? context.Request.Path : Shown(endpoint);
    }

    /// <summary>The route of a request, without the values in it.</summary>
    public static string RouteOf(HttpContext context) => EndpointOf(context) is { } endpoint ? Shown(endpoint) : NoRoute;

    private static RouteEndpoint? EndpointOf(HttpContext context) =>
        (context.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? context.GetEndpoint()) as RouteEndpoint;

    private static string Shown(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
}
