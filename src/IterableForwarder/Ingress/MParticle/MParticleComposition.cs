using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Registration of mParticle's Firehose.</summary>
internal static class MParticleComposition
{
    public static void AddMParticle(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<MParticleOptions>()
            .Bind(builder.Configuration.GetSection(MParticleOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<SourceClock>();
        builder.Services.AddSingleton<OncePerHour>();
        builder.Services.AddSingleton<Suspension>();
        builder.Services.AddSingleton<FirehoseReader>();
        builder.Services.AddSingleton<Accounts>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<Intake>();
        builder.Services.AddSingleton<MembershipHandler>();
        builder.Services.AddSingleton<SubscriptionHandler>();
        builder.Services.AddSingleton<UnsupportedHandler>();
        builder.Services.AddSingleton<MParticleEndpoint>();
    }

    public static void MapMParticle(this WebApplication app)
    {
        app.MapPost("/ingest/mparticle", (HttpContext context, MParticleEndpoint endpoint) => endpoint.HandleAsync(context))
            .AllowAnonymous()
            .WithMetadata(new DisableRequestSizeLimitAttribute());
    }
}
