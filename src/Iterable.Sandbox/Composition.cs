using System.Net;
using System.Text.Json.Serialization;
using Iterable.Sandbox.Api;
using Iterable.Sandbox.Control;
using Iterable.Sandbox.State;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Iterable.Sandbox;

/// <summary>Puts the sandbox together, as a program of its own or inside another process.</summary>
internal static class Composition
{
    private const string DefaultUrl = "http://localhost:5090";

    /// <summary>Settings come from arguments, environment and appsettings, under <c>Sandbox:</c>.</summary>
    public static WebApplication BuildProgram(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        if (string.IsNullOrEmpty(builder.Configuration["urls"] + builder.Configuration["http_ports"])) builder.WebHost.UseUrls(DefaultUrl);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        return Build(builder, builder.Configuration.GetSection("Sandbox").Get<SandboxOptions>() ?? new SandboxOptions());
    }

    /// <summary>Reads no settings and logs nothing: whatever surrounds the host process must not leak in.</summary>
    public static WebApplication BuildInProcess(SandboxOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port));
        builder.Services.AddRouting();
        return Build(builder, options);
    }

    private static WebApplication Build(WebApplicationBuilder builder, SandboxOptions options)
    {
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Too large a body is answered with 413 by the sandbox itself.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        // A call that hangs is given up at once; nothing else takes long.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.Configure<RouteHandlerOptions>(handlers => handlers.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ControlJson.Default);
            // A misspelt field is refused: a fault that does nothing makes a test that proves nothing.
            json.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            json.SerializerOptions.Encoder = Envelope.Plain.Encoder;
        });
        builder.Services.AddSingleton(new World(options.Checked()));
        builder.Services.AddSingleton(provider => new SandboxState(provider.GetRequiredService<World>()));
        builder.Services.AddSingleton<ApiGate>();
        builder.Services.AddSingleton<ApiPipeline>();
        var app = builder.Build();
        app.Use(next => http => ControlRoutes.RefuseUnreadableAsync(http, next));
        app.MapApi();
        app.MapControl();
        return app;
    }
}
