using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace IterableForwarder.Benchmarks;

/// <summary>A program of the product as a process of its own, so that its CPU and memory can be told from the load's.</summary>
internal sealed class Measured : IAsyncDisposable
{
    private readonly Process _process;

    private Measured(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address };
    }

    public Uri Address { get; }

    private const string OperatorKey = "operator-key-of-the-benchmarks-of-the-service";

    public HttpClient Http { get; }

    /// <summary>CPU seconds used so far, of all its threads.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>The most memory it ever held, in MB.</summary>
    public double PeakMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / 1048576.0;
        }
    }

    /// <summary>The memory it holds now, in MB.</summary>
    public double Megabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    public static Task<Measured> StartSandboxAsync(Dictionary<string, string> settings) =>
        StartAsync(["Iterable.Sandbox.dll"], "/_sandbox/health", new(settings) { ["Logging__LogLevel__Default"] = "Warning" });

    /// <summary>The service as in production, on a database in <paramref name="folder"/>, with the sandbox as Iterable.</summary>
    /// <param name="folder">For its data.</param>
    /// <param name="sandbox">What it sends to.</param>
    /// <param name="scale">1, or how many times faster its clock runs.</param>
    /// <param name="environment">Environment variables in addition.</param>
    public static async Task<Measured> StartServiceAsync(string folder, Measured sandbox, int scale = 1, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] program = scale == 1 ? ["IterableForwarder.dll"] : ["IterableForwarder.Benchmarks.dll", ScaledClock.HostCommand, $"{scale}"];
        var service = await StartAsync(program, "/health/ready", new(environment ?? new Dictionary<string, string>())
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Access__OperatorKeys__0"] = OperatorKey,
            ["Storage__DataFolder"] = folder,
            ["Iterable__Endpoints__us"] = sandbox.Address.ToString(),
            // an answer takes as long as ever: by a clock that runs faster, the usual deadline would be over before it is there
            ["Iterable__AttemptTimeout"] = (scale == 1 ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(5 * scale)).ToString(),
        });
        service.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperatorKey);
        return service;
    }

    /// <summary>A server that only reads what it is sent, with the service's own settings of the runtime.</summary>
    public static Task<Measured> StartBareAsync() =>
        StartAsync(["exec", "--runtimeconfig", Path.Combine(AppContext.BaseDirectory, "IterableForwarder.runtimeconfig.json"), "IterableForwarder.Benchmarks.dll", BareServer.HostCommand], "/health", []);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<Measured> StartAsync(string[] program, string health, Dictionary<string, string> settings)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", program.Select(p => p.EndsWith(".dll", StringComparison.Ordinal) ? Path.Combine(AppContext.BaseDirectory, p) : p)) { RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var measured = new Measured(process, address);
        while (!await measured.AnswersAsync(health)) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        return measured;
    }

    private async Task<bool> AnswersAsync(string health)
    {
        if (_process.HasExited) throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
        try
        {
            using var response = await Http.GetAsync(health);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
