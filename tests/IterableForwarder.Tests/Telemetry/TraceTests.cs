using System.Collections.Concurrent;
using System.Diagnostics;
using IterableForwarder.Tests.Hosting;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace IterableForwarder.Tests.Telemetry;

public sealed class TraceTests
{
    /// <summary>In the places where somebody may paste a person or a key.</summary>
    [Theory]
    [InlineData("/api/v1/projects/ann@example.com", "/api/v1/projects/{id}")]
    [InlineData("/api/v1/projects?name=ann@example.com", "/api/v1/projects")]
    [InlineData("/ann@example.com?key=ann@example.com", "(no route)")]
    [InlineData("/health/live?ann@example.com", "/health/live")]
    public async Task A_trace_of_a_request_has_its_route_and_nothing_of_its_path_and_query(string address, string route)
    {
        var ended = new ConcurrentQueue<Activity>();
        var settings = TestService.Keys();
        // nobody listens there; the tests see the traces on their way to it
        settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9";
        await using var host = await TestService.StartAsync(
            settings: settings, customize: b => b.Services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddProcessor(new Recorder(ended))));
        // other services of this process may be traced too: this request is known by its trace
        using var caller = new Activity("caller") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.SetIdFormat(ActivityIdFormat.W3C).Start();
        var trace = caller.TraceId;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new("Bearer", TestService.OperatorKey);
        (await host.Http.SendAsync(request)).Dispose();

        await Eventually.TrueAsync(() => ended.Any(a => a.TraceId == trace && a.Kind == ActivityKind.Server));
        var activity = ended.First(a => a.TraceId == trace && a.Kind == ActivityKind.Server);
        Assert.Equal(route, activity.GetTagItem("url.path"));
        Assert.Null(activity.GetTagItem("url.query"));
        Assert.DoesNotContain("ann@example.com", $"{activity.DisplayName} {activity.StatusDescription}", StringComparison.Ordinal);
        Assert.DoesNotContain(activity.TagObjects, tag => $"{tag.Value}".Contains("ann", StringComparison.Ordinal));
    }

    private sealed class Recorder(ConcurrentQueue<Activity> ended) : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data) => ended.Enqueue(data);
    }
}
