using Iterable.Client;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Telemetry;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Delivery;

/// <summary>Registration of delivery, and of the client it sends through.</summary>
internal static class DeliveryComposition
{
    public static void AddDelivery(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>()
            .Bind(builder.Configuration.GetSection(DeliveryOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddIterableClient();
        builder.Services.AddOptions<IterableClientOptions>().Configure<IConfiguration>(BindEndpoints);
        builder.Services.AddSingleton<ProjectBudgets>();
        builder.Services.AddSingleton<IProjectBudgets>(p => p.GetRequiredService<ProjectBudgets>());
        builder.Services.AddSingleton<DeliveryMetrics>();
        builder.Services.AddSingleton<Func<Random>>(_ => () => new Random());
        builder.Services.AddSingleton(Tools);
        builder.Services.AddHostedService<DeliveryService>();
    }

    private static void BindEndpoints(IterableClientOptions options, IConfiguration configuration)
    {
        configuration.GetSection("Iterable").Bind(options);
        if (configuration["Iterable:Endpoints:us"] is { Length: > 0 } us) options.Us = new Uri(us, UriKind.RelativeOrAbsolute);
        if (configuration["Iterable:Endpoints:eu"] is { Length: > 0 } eu) options.Eu = new Uri(eu, UriKind.RelativeOrAbsolute);
    }

    private static DeliveryTools Tools(IServiceProvider services) => new(
        services.GetRequiredService<IterableClient>(),
        services.GetRequiredService<IEntryJournal>(),
        services.GetRequiredService<IProjectDirectory>(),
        services.GetRequiredService<ProjectBudgets>(),
        services.GetRequiredService<IOptions<DeliveryOptions>>().Value,
        services.GetRequiredService<TimeProvider>(),
        new Random(),
        services.GetRequiredService<DeliveryMetrics>(),
        services.GetRequiredService<ILogger<DeliveryService>>());
}
