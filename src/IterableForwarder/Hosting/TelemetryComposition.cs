using System.Diagnostics.Metrics;
using IterableForwarder.Administration;
using IterableForwarder.Delivery;
using IterableForwarder.Ingress;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Security;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace IterableForwarder.Hosting;

/// <summary>Registration of logs, metrics, traces and health.</summary>
internal static class TelemetryComposition
{
    private const string ServiceName = "iterable-forwarder";

    /// <summary>Where OpenTelemetry is sent, by its own standard variable; nothing is sent while it is not set.</summary>
    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Those of ASP.NET Core that say something of a request or a connection. The instrumentation package adds those of routing, of
    /// authorization and of the pool of memory too, which count several times for each request and which nobody asked for: without them a message
    /// of a trickle takes 3 to 6 % less CPU (docs/decisions/0017-settings-of-the-runtime.md).
    /// </summary>
    private static readonly string[] ServerMeters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Diagnostics"];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        // whatever providers a host that runs the service inside itself has added hear everything too
        builder.Services.AddSerilog((services, log) => Configure(log, builder, services.GetRequiredService<LogQueue>()), preserveStaticLogger: true, writeToProviders: true);
        var telemetry = builder.Services.AddOpenTelemetry().ConfigureResource(r => r.AddService(ServiceName));
        telemetry.WithMetrics(metrics => metrics
            .AddMeter(IngressMeter.Name, DeliveryMetrics.MeterName, HoldMetrics.MeterName, LogQueue.MeterName)
            .AddMeter(ServerMeters)
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
        builder.Services.ConfigureOpenTelemetryMeterProvider(SeeOwnMetersOnly);
        if (!string.IsNullOrEmpty(builder.Configuration[OtlpEndpoint]))
        {
            telemetry.WithMetrics(metrics => metrics.AddOtlpExporter());
            telemetry.WithTracing(traces => traces.AddAspNetCoreInstrumentation(TracedRequests.Configure).AddHttpClientInstrumentation().AddOtlpExporter());
        }
        builder.Services.AddSingleton<LogQueue>();
        builder.Services.AddSingleton<RefusedRequests>();
        builder.Services.AddSingleton<DeliveryStatistics>();
        builder.Services.AddSingleton<BookMetrics>();
        builder.Services.AddSingleton<IngressMetrics>();
        builder.Services.AddSingleton<HoldMetrics>();
        builder.Services.AddHostedService<MetricsStartup>();
        builder.Services.AddHealthChecks().AddCheck<StoreHealthCheck>("store", tags: ["ready"]);
    }

    public static void UseTelemetry(this WebApplication app) => app.UseSerilogRequestLogging(options =>
    {
        // without it the lines go to Serilog's static logger, which is nobody's here: two services in one process must not share one
        options.Logger = app.Services.GetRequiredService<Serilog.ILogger>();
        RequestLines.Configure(options, app.Services.GetRequiredService<RefusedRequests>());
    });

    public static void MapTelemetry(this WebApplication app)
    {
        app.MapPrometheusScrapingEndpoint("/metrics").RequireAuthorization(Policies.Metrics);
        app.MapHealthChecks("/health/live", new() { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = StoreHealthCheck.WriteAsync }).AllowAnonymous();
    }

    /// <summary>
    /// Meters are found by name in the whole process: where two services run in one, each would export what both count, and lose a metric
    /// when the other stops. Meters of no service, such as those of the runtime, are everybody's.
    /// </summary>
    private static void SeeOwnMetersOnly(IServiceProvider services, MeterProviderBuilder metrics)
    {
        var own = services.GetRequiredService<IMeterFactory>();
        metrics.AddView(instrument => instrument.Meter.Scope is null || instrument.Meter.Scope == own ? null : MetricStreamConfiguration.Drop);
    }

    private static void Configure(LoggerConfiguration log, WebApplicationBuilder builder, LogQueue queue)
    {
        log.MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error)
            .MinimumLevel.Override("System.Net.Http", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext();
        queue.AddTo(log, to => to.Console(builder.Environment.IsDevelopment() ? LogText.Formatter : new RenderedCompactJsonFormatter()));
    }
}
