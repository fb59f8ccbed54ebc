using IterableForwarder.Ingress.Amplitude.Streams;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Ingress.MParticle;

namespace IterableForwarder.Ingress;

/// <summary>Registration of what takes batches in: one line for each source.</summary>
internal static class IngressComposition
{
    public static void AddIngress(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<IngestOptions>()
            .Bind(builder.Configuration.GetSection(IngestOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        builder.Services.AddSingleton<IngressLog>();
        builder.AddMembers();
        builder.AddMParticle();
        builder.AddAmplitudeStreams();
    }

    public static void MapIngress(this WebApplication app)
    {
        app.MapMembers();
        app.MapMParticle();
        app.MapAmplitudeStreams();
    }
}
