using Iterable.Sandbox.State;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Iterable.Sandbox;

/// <summary>A sandbox inside the calling process, on a loopback port, without logs.</summary>
public sealed class SandboxServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SandboxServer(WebApplication app)
    {
        _app = app;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        BaseAddress = new Uri(addresses.Addresses.Single());
        State = app.Services.GetRequiredService<SandboxState>();
    }

    /// <summary>Where it listens; what stands for https://api.iterable.com.</summary>
    public Uri BaseAddress { get; }

    /// <summary>What it holds.</summary>
    public SandboxState State { get; }

    /// <summary>Returns once it listens.</summary>
    public static async Task<SandboxServer> StartAsync(SandboxOptions options, CancellationToken cancellationToken = default)
    {
        var app = Composition.BuildInProcess(options);
        await app.StartAsync(cancellationToken);
        return new SandboxServer(app);
    }

    /// <summary>Stops listening and lets go of calls that hang.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
