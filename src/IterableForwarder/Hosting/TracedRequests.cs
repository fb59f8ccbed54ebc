using OpenTelemetry.Instrumentation.AspNetCore;

namespace IterableForwarder.Hosting;

/// <summary>What traces say of a request: its route, and neither path nor query, in which somebody may have pasted a key or a person.</summary>
internal static class TracedRequests
{
    public static void Configure(AspNetCoreTraceInstrumentationOptions options) => options.EnrichWithHttpResponse = (activity, response) =>
    {
        activity.SetTag("url.path", RequestLines.RouteOf(response.HttpContext));
        // null takes the tag away
        activity.SetTag("url.query", null);
    };
}
