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
        builder.Services.AddSingleton<Suspension>();
        builder.Services.AddSingleton<KeyRotation>();
        builder.Services.AddHostedService<KeyRotationRetries>();
        builder.Services.AddSingleton<Accounts>();
        builder.Services.AddSingleton<Audiences>();
        builder.Services.AddSingleton<MembershipAssembly>();
        builder.Services.AddSingleton<SubscriptionAssembly>();
        builder.Services.AddSingleton<UnsupportedAssembly>();
        builder.Services.AddSingleton<Strangers>();
        builder.Services.AddSingleton<FirehoseAssembly>();
    }

    public static void MapMParticle(this WebApplication app) =>
        // what asks for a key depends on the type of the message: the assembly sees to it, and the documentation says that one is needed
        app.MapPost("/ingest/mparticle", (HttpContext context, IngestFlow flow, FirehoseAssembly assembly) => flow.RunAsync(assembly, context))
            .ReadsBodies().AllowAnonymous().DocumentFirehose();
}
