using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Iterable.Sandbox;
using IterableForwarder.Tests.Crash;

namespace IterableForwarder.Tests.Hosting;

/// <summary>The real service as a process of its own, so that it can be killed.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    /// <summary>The service as it is, and as one that can be told to die at a step.</summary>
    public const string Forwarder = "IterableForwarder.dll";

    public const string CrashHost = "IterableForwarder.CrashHost.dll";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;
    private volatile bool _isUnread;
    private HttpClient? _http;

    private ServiceProcess(Process process)
    {
        _process = process;
        _ended = EndedAsync(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public int Id => _process.Id;

    /// <summary>Where it listens; once it is ready.</summary>
    public Uri Address => _http!.BaseAddress!;

    public int ExitCode => _process.ExitCode;

    /// <summary>Bytes of memory that it took at most so far.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Of all its threads so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>Starts it as it is and waits until it is ready.</summary>
    public static Task<ServiceProcess> StartAsync(string folder, SandboxServer sandbox, params (string Name, string Value)[] settings) =>
        StartAsync(folder, sandbox, Forwarder, settings);

    /// <summary>Starts a program that runs it and waits until it is ready.</summary>
    public static async Task<ServiceProcess> StartAsync(string folder, SandboxServer sandbox, string program, params (string Name, string Value)[] settings)
    {
        var service = Launch(folder, sandbox, program, settings);
        try
        {
            Assert.True(await service.IsReadyAsync(), $"The service ended with {(service._process.HasExited ? service.ExitCode : 0)}: {service.Output}");
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it.</summary>
    public static ServiceProcess Launch(string folder, SandboxServer sandbox, string program, params (string Name, string Value)[] settings) =>
        Launch(["dotnet", PathOf(program)], folder, sandbox, settings);

    /// <summary>Starts a program that runs it, while the kernel fails some of its system calls.</summary>
    public static ServiceProcess Launch(KernelFault fault, string folder, SandboxServer sandbox, string program, params (string Name, string Value)[] settings) =>
        Launch([.. fault.CommandFor(folder), "dotnet", PathOf(program)], folder, sandbox, settings);

    /// <summary>Starts the service as it is, as a process that may open so many files.</summary>
    public static ServiceProcess LaunchWithFiles(int maxFiles, string folder, SandboxServer sandbox, params (string Name, string Value)[] settings) =>
        Launch(["sh", "-c", $"ulimit -n {maxFiles} && exec dotnet \"$0\"", PathOf(Forwarder)], folder, sandbox, settings);

    private static string PathOf(string program) => Path.Combine(AppContext.BaseDirectory, program);

    private static ServiceProcess Launch(string[] command, string folder, SandboxServer sandbox, (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // any free port; it says which
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Serilog__MinimumLevel__Override__Microsoft.Hosting.Lifetime"] = "Information";
        start.Environment["Storage__DataFolder"] = folder;
        foreach (var (name, value) in Pipeline.Settings(sandbox).Select(s => (s.Key, s.Value ?? "")).Concat(settings)) start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        return new ServiceProcess(Process.Start(start)!);
    }

    /// <summary>Returns once it is ready, or false when it ended before that.</summary>
    public async Task<bool> IsReadyAsync()
    {
        try
        {
            _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = await _address.Task.WaitAsync(Patience) };
            _http.DefaultRequestHeaders.Authorization = new("Bearer", TestService.OperatorKey);
            await Eventually.GetAsync(() => SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready")), a => a is null or { Status: 200 }, Patience);
            return !_process.HasExited;
        }
        catch (TaskCanceledException)
        {
            return false;
        }
    }

    /// <summary>The answer, or null when there is none as the service ended.</summary>
    public async Task<ServiceResponse?> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            try
            {
                using var response = await _http!.SendAsync(request);
                return await ServiceResponse.OfAsync(response);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return null;
            }
        }
    }

    public async Task<JsonObject> PostAsync(string path, object body) => Read(await SendAsync(new(HttpMethod.Post, path) { Content = JsonContent.Create(body) }));

    public async Task<JsonObject> GetAsync(string path) => Read(await SendAsync(new(HttpMethod.Get, path)));

    /// <summary>From the next line on, nobody reads what it writes: the pipes fill up, as those of a log collector that hangs.</summary>
    public void StopReading() => _isUnread = true;

    /// <summary>SIGKILL: nothing gets to say goodbye.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _ended;
    }

    /// <summary>Waits for it to end by itself. False when it did not within that time.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        try
        {
            await _ended.WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>SIGTERM.</summary>
    public async Task StopAsync(TimeSpan? within = null)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        await kill.WaitForExitAsync();
        Assert.True(await EndsWithinAsync(within ?? Patience), $"It did not stop: {Output}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _http?.Dispose();
        _process.Dispose();
    }

    private static JsonObject Read(ServiceResponse? response)
    {
        Assert.NotNull(response);
        Assert.True(response.Status is >= 200 and < 300, response.ToString());
        return response.Json;
    }

    private async Task EndedAsync(Task output, Task errors)
    {
        await _process.WaitForExitAsync();
        if (!_isUnread) await Task.WhenAll(output, errors);
        _address.TrySetCanceled();
    }

    private async Task ReadAsync(StreamReader lines)
    {
        while (!_isUnread && await lines.ReadLineAsync() is { } line) Keep(line);
    }

    private void Keep(string line)
    {
        lock (_output) _output.AppendLine(line);
        if (Listening().Match(line) is { Success: true } found) _address.TrySetResult(new Uri(found.Value));
    }

    [GeneratedRegex("http://127\\.0\\.0\\.1:[1-9][0-9]*")]
    private static partial Regex Listening();
}
