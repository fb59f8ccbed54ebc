using Iterable.Client;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Delivery.Pacing;
using IterableForwarder.Http;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
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
        builder.AddIterable();
        builder.Services.AddSingleton<ProjectBudgets>();
        builder.Services.AddSingleton<ListResolver>();
        builder.Services.AddSingleton<ILists>(p => p.GetRequiredService<ListResolver>());
        builder.Services.AddSingleton<KeyCheck>();
        builder.Services.AddSingleton<DeliveryMetrics>();
        builder.Services.AddSingleton<Func<Random>>(_ => () => new Random());
        builder.Services.AddSingleton(Tools);
        builder.Services.AddSingleton<DeliveryService>();
        builder.Services.AddHostedService(p => p.GetRequiredService<DeliveryService>());
        builder.Services.AddSingleton<PendingControl>();
    }

    /// <summary>The client, with its addresses from <c>Iterable:Endpoints</c> and whatever else is set under <c>Iterable</c>.</summary>
    private static void AddIterable(this WebApplicationBuilder builder)
    {
        var settings = builder.Configuration.GetSection("Iterable");
        builder.Services.AddIterableClient(options =>
        {
            settings.Bind(options);
            options.Us = Address(settings["Endpoints:us"]) ?? options.Us;
            options.Eu = Address(settings["Endpoints:eu"]) ?? options.Eu;
            options.UserAgent = ServiceVersion.UserAgent;
        });
    }

    /// <summary>What is no absolute address is left for the client's own validation to refuse at the start.</summary>
    private static Uri? Address(string? text) => string.IsNullOrWhiteSpace(text) ? null : new Uri(text, UriKind.RelativeOrAbsolute);

    private static DeliveryTools Tools(IServiceProvider services) => new(
        services.GetRequiredService<IterableClient>(),
        services.GetRequiredService<IEntryJournal>(),
        services.GetRequiredService<IProjectDirectory>(),
        services.GetRequiredService<IInFlightCalls>(),
        services.GetRequiredService<ProjectBudgets>(),
        services.GetRequiredService<ListResolver>(),
        services.GetRequiredService<IOptions<DeliveryOptions>>().Value,
        services.GetRequiredService<IOptions<IterableClientOptions>>().Value.AttemptTimeout,
        services.GetRequiredService<TimeProvider>(),
        new Random(),
        services.GetRequiredService<DeliveryMetrics>(),
        services.GetRequiredService<DeliveryStatistics>(),
        services.GetRequiredService<ILogger<DeliveryService>>());
}
