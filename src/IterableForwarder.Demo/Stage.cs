using System.Net.NetworkInformation;
using Iterable.Sandbox;
using IterableForwarder.Hosting;
using IterableForwarder.Journal;

namespace IterableForwarder.Demo;

/// <summary>The sandbox and the real service beside it, in one process. What surrounds the process sets nothing here.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const int SandboxPort = 5090;

    private Stage(SandboxServer sandbox, WebApplication service) => (Sandbox, Service) = (sandbox, service);

    public SandboxServer Sandbox { get; }

    public WebApplication Service { get; }

    /// <summary>Where the service listens.</summary>
    public Uri Address => new(Service.Urls.First());

    public static async Task<Stage> StartAsync(DemoOptions options, string dataFolder)
    {
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions { Port = options.Port == 0 ? 0 : FreeOrAny(SandboxPort) });
        foreach (var (id, name) in Samples.Lists) sandbox.State.AddList(Samples.ApiKey, name, id);
        var service = ForwarderHost.Create(["--environment", "Development"], builder => Configure(builder, options, dataFolder, sandbox.BaseAddress));
        await service.LockStoreAsync();
        await service.StartAsync();
        return new Stage(sandbox, service);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.StopAsync();
        await Service.DisposeAsync();
        await Sandbox.DisposeAsync();
    }

    private static void Configure(WebApplicationBuilder builder, DemoOptions options, string dataFolder, Uri iterable)
    {
        var port = FreeOrAny(options.Port);
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = port == 0 ? "http://127.0.0.1:0" : $"http://localhost:{port}",
            ["Storage:DataFolder"] = dataFolder,
            ["Iterable:Endpoints:us"] = iterable.ToString(),
            ["Serilog:MinimumLevel:Default"] = "Warning",
            // that everything is open to this machine, and that one audience has no usable list, is meant here and said in the demo's own words
            ["Serilog:MinimumLevel:Override:IterableForwarder.Security"] = "Error",
            ["Serilog:MinimumLevel:Override:IterableForwarder.Ingress"] = "Error",
        });
    }

    /// <summary>The port, or 0 when somebody listens there.</summary>
    private static int FreeOrAny(int port) =>
        Array.Exists(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners(), taken => taken.Port == port) ? 0 : port;
}
