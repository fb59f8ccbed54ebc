using Iterable.Client;
using IterableForwarder.Administration;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Delivery;
using IterableForwarder.Http;
using IterableForwarder.Ingress;
using IterableForwarder.Journal;
using IterableForwarder.Security;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Hosting;

/// <summary>The service as a host: the stages in the order data meets them.</summary>
internal static class ForwarderHost
{
    public const string DefaultUrl = "http://localhost:5080";

    /// <summary>
    /// How long requests may still take when the service stops, a slow upload among them. With the grace of delivery (6 s) it is over
    /// within 10 s: who stops us kills us then.
    /// </summary>
    private static readonly TimeSpan RequestGrace = TimeSpan.FromSeconds(2);

    /// <param name="args">Command-line settings; environment variables come after them.</param>
    /// <param name="customize">For a host that runs the service inside itself, such as the demo or a test: settings and services, before the stages add theirs.</param>
    public static WebApplication Create(string[] args, Action<WebApplicationBuilder>? customize = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot(args) });
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.ClearProviders();
        customize?.Invoke(builder);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])) builder.WebHost.UseUrls(DefaultUrl);

        RenamedSettings.Apply(builder.Configuration);
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = RequestGrace);
        ConnectionLimit.Add(builder);
        builder.AddTelemetry();
        builder.AddProblems();
        builder.AddSecurity();
        builder.AddIngress();
        builder.AddJournal();
        builder.AddDelivery();
        builder.AddAdministration();

        var app = builder.Build();
        CheckSettings(app);
        RenamedSettings.Warn(app.Configuration, app.Logger);
        PlainAddresses.Warn(app.Services.GetRequiredService<IOptions<IterableClientOptions>>().Value, app.Logger);
        app.UseTelemetry();
        app.UseProblems();
        app.UseCallers();
        app.UseJournalGate();
        app.UseSwaggerPage();
        app.UseAuthorization();
        app.MapIngress();
        app.MapAdministration();
        app.MapTelemetry();
        return app;
    }

    /// <summary>Before anything starts, so that the operator reads the errors and not where they were found.</summary>
    private static void CheckSettings(WebApplication app)
    {
        try
        {
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        }
        catch (OptionsValidationException e)
        {
            throw new StartRefusedException([.. e.Failures]);
        }
        catch (AggregateException e)
        {
            throw new StartRefusedException([.. e.InnerExceptions.OfType<OptionsValidationException>().SelectMany(i => i.Failures)]);
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException)
        {
            // the binder met a word or a time that is none, and its message names the setting
            throw new StartRefusedException([e.Message]);
        }
    }

    /// <summary>The program's own folder unless the caller names one: the data must not move with the working directory.</summary>
    private static string? ContentRoot(string[] args)
    {
        var named = Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") ?? Environment.GetEnvironmentVariable("DOTNET_CONTENTROOT");
        return named is null && !args.Any(a => a.StartsWith("--contentRoot", StringComparison.OrdinalIgnoreCase)) ? AppContext.BaseDirectory : named;
    }
}
