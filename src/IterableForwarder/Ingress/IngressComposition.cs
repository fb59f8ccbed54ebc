using IterableForwarder.Changes;
using IterableForwarder.Ingress.Amplitude.Cohorts;
using IterableForwarder.Ingress.Amplitude.Lists;
using IterableForwarder.Ingress.Amplitude.Streams;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Ingress.MParticle;
using IterableForwarder.Ingress.Segment;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace IterableForwarder.Ingress;

/// <summary>Registration of what takes batches in: one line for each source.</summary>
internal static class IngressComposition
{
    /// <summary>Bytes of one connection: two slices, and room for any headers.</summary>
    private const long MaxUnreadBytes = 128 * 1024;

    public static void AddIngress(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<IngestOptions>()
            .Bind(builder.Configuration.GetSection(IngestOptions.Section))
            .ValidateDataAnnotations()
            .ValidateOnStart();
        // what the server takes in of a body before anybody reads it, or while it waits for memory: a megabyte by default. The server's own limit
        // counts behind TLS only, that of the transport counts always
        builder.WebHost.ConfigureKestrel(server => server.Limits.MaxRequestBufferSize = MaxUnreadBytes);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.MaxReadBufferSize = MaxUnreadBytes);
        // previews show calls, and around the deepest value in one are the levels of the call and of the response
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.MaxDepth = 2 * KeptJson.MaxDepth);
        builder.Services.AddSingleton<IngressLog>();
        builder.Services.AddSingleton<SourceClock>();
        builder.Services.AddSingleton<OncePerHour>();
        builder.Services.AddSingleton<NewAudiences>();
        builder.Services.TryAddSingleton<BodyMemory>();
        builder.Services.AddSingleton<BodyReader>();
        builder.Services.TryAddSingleton<UnknownCallers>();
        builder.Services.AddSingleton<LongWork>();
        builder.Services.AddSingleton<IngestFlow>();
        builder.AddMembers();
        builder.AddMParticle();
        builder.AddSegment();
        builder.AddAmplitudeCohorts();
        builder.AddAmplitudeLists();
        builder.AddAmplitudeStreams();
    }

    public static void MapIngress(this WebApplication app)
    {
        app.MapMembers();
        app.MapMParticle();
        app.MapSegment();
        app.MapAmplitudeCohorts();
        app.MapAmplitudeLists();
        app.MapAmplitudeStreams();
    }
}
