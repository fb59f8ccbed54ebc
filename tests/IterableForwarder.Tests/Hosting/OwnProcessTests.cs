using Iterable.Sandbox;

namespace IterableForwarder.Tests.Hosting;

/// <summary>Tests of a service in a process of its own, whose memory and time are nobody else's. It begins anew with each of them.</summary>
public abstract class OwnProcessTests : IAsyncLifetime
{
    /// <summary>Bytes that must be free in memory: containers often have 64 MB there.</summary>
    private const long Room = 2L << 30;

    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Root, $"forwarder-{Guid.NewGuid():N}")).FullName;

    private protected SandboxServer Sandbox { get; private set; } = null!;

    private protected ServiceProcess Service { get; private set; } = null!;

    /// <summary>In memory where the machine has such a folder with enough room: a disk that others use is not what is measured.</summary>
    private static string Root => Directory.Exists("/dev/shm") && new DriveInfo("/dev/shm").AvailableFreeSpace > Room ? "/dev/shm" : Path.GetTempPath();

    public async Task InitializeAsync()
    {
        Sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        Service = await ServiceProcess.StartAsync(_folder, Sandbox);
        await PrepareAsync();
    }

    public async Task DisposeAsync()
    {
        if (Service is not null) await Service.DisposeAsync();
        if (Sandbox is not null) await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>What each test needs.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;
}
