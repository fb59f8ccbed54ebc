using Iterable.Sandbox;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>
/// A folder of data, Iterable, and writers over several connections: what lives on while the service dies and starts again. Two
/// writers share a connection, one sends long bodies, one sends mParticle's messages.
/// </summary>
internal sealed class Fleet : IAsyncDisposable
{
    /// <summary>Longer than Iterable is ever late here, and short, as whoever may still be in a call is waited for after a kill.</summary>
    private static readonly (string, string) AttemptTimeout = ("Iterable:AttemptTimeout", "00:00:02.500");

    /// <summary>Far more than a backlog needs on an idle machine; reached only when something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly (string, string)[] Quiet = [("Serilog:MinimumLevel:Default", "Warning")];

    private readonly TemporaryFolder _folder = new();
    private readonly Random _random;

    private Fleet(SandboxServer sandbox, Random random) => (Sandbox, _random) = (sandbox, random);

    public SandboxServer Sandbox { get; }

    public string Folder => _folder.Path;

    public string ProjectId { get; private set; } = "";

    /// <summary>Requests answered with 202 so far.</summary>
    public int Accepted => Writers.Sum(w => w.Accepted.Count);

    /// <summary>Requests answered with 503 so far.</summary>
    public int Refused => Writers.Sum(w => w.Refused);

    public IReadOnlyList<Writer> Writers { get; private set; } = [];

    /// <summary>The list that each writer's members are for.</summary>
    public IReadOnlyDictionary<Writer, long> Lists { get; private set; } = new Dictionary<Writer, long>();

    public static async Task<Fleet> StartAsync(Random random)
    {
        var fleet = new Fleet(await SandboxServer.StartAsync(new SandboxOptions()), random);
        await using var service = await fleet.StartServiceAsync();
        var project = await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey, budgets = new { lists = 1000 } });
        fleet.ProjectId = (string)project["id"]!;
        var (shared, sharedList) = await fleet.ConnectAsync(service);
        var (lines, linesList) = await fleet.ConnectAsync(service);
        var (alone, aloneList) = await fleet.ConnectAsync(service);
        var message = fleet.Sandbox.State.AddList(Pipeline.ApiKey, "messages").Id;
        fleet.Writers =
        [
            new MembersWriter("one", shared, asLines: false, fleet.NewRandom()),
            new MembersWriter("two", shared, asLines: false, fleet.NewRandom()),
            new MembersWriter("three", lines, asLines: true, fleet.NewRandom()),
            new MembersWriter("four", alone, asLines: false, fleet.NewRandom()),
            new MParticleWriter("five", message, fleet.NewRandom()),
        ];
        fleet.Lists = fleet.Writers.Zip([sharedList, sharedList, linesList, aloneList, message]).ToDictionary(p => p.First, p => p.Second);
        return fleet;
    }

    /// <summary>A generator of its own, so that what one does shifts nobody else's numbers.</summary>
    public Random NewRandom() => new(_random.Next());

    /// <summary>Starts the service as one that can be told to die, and does not wait for it.</summary>
    public ServiceProcess Launch(params (string, string)[] settings) =>
        ServiceProcess.Launch(Folder, Sandbox, ServiceProcess.CrashHost, [AttemptTimeout, .. Quiet, .. settings]);

    /// <summary>Starts the service as it is, while the kernel fails some of its system calls, and does not wait for it.</summary>
    public ServiceProcess Launch(KernelFault fault) => ServiceProcess.Launch(fault, Folder, Sandbox, ServiceProcess.Forwarder, [AttemptTimeout, .. Quiet]);

    /// <summary>Starts the service as it is, or another program that runs it, and waits until it is ready.</summary>
    public Task<ServiceProcess> StartServiceAsync(string program = ServiceProcess.Forwarder, params (string, string)[] settings) =>
        ServiceProcess.StartAsync(Folder, Sandbox, program, [AttemptTimeout, .. Quiet, .. settings]);

    public Task WriteAsync(ServiceProcess service, int era, CancellationToken stop = default) =>
        Task.WhenAll(Writers.Select(w => Task.Run(() => w.WriteAsync(service, era, stop), CancellationToken.None)));

    /// <summary>Has every request answered, and waits until nothing is pending and no call is in flight.</summary>
    public async Task ComeToRestAsync(ServiceProcess service, int era)
    {
        Sandbox.State.RemoveFaults();
        foreach (var writer in Writers) await writer.ResolveAsync(service, era);
        await Eventually.GetAsync(() => PendingAsync(service), pending => pending == 0, Patience);
        await Eventually.TrueAsync(() => Sandbox.State.CallsReceived() == Sandbox.State.CallCounts().Sum(c => c.Calls));
    }

    /// <summary>Changes that are pending over all connections.</summary>
    public async Task<long> PendingAsync(ServiceProcess service)
    {
        var connections = await service.GetAsync($"/api/v1/connections?projectId={ProjectId}&limit=200");
        return connections["items"]!.AsArray().Sum(c => (long)c!["status"]!["pending"]!);
    }

    public async ValueTask DisposeAsync()
    {
        await Sandbox.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(string Connection, long List)> ConnectAsync(ServiceProcess service)
    {
        var list = Sandbox.State.AddList(Pipeline.ApiKey, "list").Id;
        var connection = await service.PostAsync("/api/v1/connections", new { projectId = ProjectId, name = "VIP", listId = list });
        return ((string)connection["id"]!, list);
    }
}
