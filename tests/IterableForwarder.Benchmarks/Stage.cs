using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace IterableForwarder.Benchmarks;

/// <summary>One call that came in at the sandbox.</summary>
internal sealed record SeenCall(DateTimeOffset Time, int? Status, int Members, string? Body);

/// <summary>The service and the sandbox, a project, and its connections.</summary>
internal sealed class Stage : IAsyncDisposable
{
    public const string ApiKey = "benchmark-key";

    private readonly string _folder;

    private readonly int _scale;

    private Stage(string folder, Measured sandbox, Measured service, int scale) => (_folder, Sandbox, Service, _scale) = (folder, sandbox, service, scale);

    public Measured Sandbox { get; }

    public Measured Service { get; private set; }

    /// <param name="keptBodyBytes">Bodies of calls up to that size can be read afterwards; long ones would fill the sandbox's memory.</param>
    /// <param name="scale">How many times faster than the clock on the wall the service's runs.</param>
    /// <param name="environment">Environment variables of the service in addition.</param>
    public static async Task<Stage> StartAsync(int keptBodyBytes = 0, int scale = 1, IReadOnlyDictionary<string, string>? environment = null)
    {
        var folder = Directory.CreateTempSubdirectory("forwarder-benchmark-").FullName;
        var sandbox = await Measured.StartSandboxAsync(new() { ["Sandbox__KeptCalls"] = "100000", ["Sandbox__KeptBodyBytes"] = $"{keptBodyBytes}" });
        return new(folder, sandbox, await Measured.StartServiceAsync(folder, sandbox, scale, environment), scale);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Kills the service and starts it again on the same data; returns how long it took to be ready, in seconds.</summary>
    public async Task<double> RestartAsync()
    {
        await Service.DisposeAsync();
        var start = Stopwatch.GetTimestamp();
        Service = await Measured.StartServiceAsync(_folder, Sandbox, _scale);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The database and the log beside it.</summary>
    public long DatabaseBytes => Directory.EnumerateFiles(_folder, "*.db*").Sum(f => new FileInfo(f).Length);

    /// <summary>Adds the project and so many connections, each with a list of its own; returns their ids.</summary>
    public Task<string[]> ConnectAsync(int callsPerSecond, int connections) => ConnectAsync(1, connections, new { }, callsPerSecond);

    /// <summary>Adds so many projects, and connections to them in turn, each with a list of its own; returns the ids of the connections.</summary>
    public async Task<string[]> ConnectAsync(int projects, int connections, object attributes, int callsPerSecond = 1000)
    {
        var projectIds = new string[projects];
        for (var i = 0; i < projects; i++)
            projectIds[i] = (string)(await SendAsync("/api/v1/projects", new { name = $"Benchmark {i}", apiKey = KeyOf(i), budgets = new { lists = callsPerSecond } }))["id"]!;
        var ids = new string[connections];
        for (var i = 0; i < connections; i++)
        {
            await ControlAsync("lists", new { id = i + 1, name = $"list {i + 1}", apiKey = KeyOf(i % projects) });
            ids[i] = (string)(await SendAsync("/api/v1/connections", new { projectId = projectIds[i % projects], name = $"audience {i + 1}", listId = i + 1, attributes }))["id"]!;
        }
        return ids;
    }

    /// <summary>Has so many changes wait on a connection that is paused, of a project of its own; there are so many connections already.</summary>
    public async Task AddBacklogAsync(int changes, int connections)
    {
        var project = (string)(await SendAsync("/api/v1/projects", new { name = "Backlog", apiKey = "backlog-key" }))["id"]!;
        await ControlAsync("lists", new { id = connections + 1, name = "backlog", apiKey = "backlog-key" });
        var connection = (string)(await SendAsync("/api/v1/connections", new { projectId = project, name = "backlog", listId = connections + 1 }))["id"]!;
        await SendAsync($"/api/v1/connections/{connection}/pause");
        await PostLinesAsync(connection, changes);
        await QuietAsync();
    }

    /// <summary>Waits until the service has nothing to do: who is in what was accepted is indexed behind its back.</summary>
    public async Task QuietAsync()
    {
        for (var (before, now) = (double.MinValue, Service.CpuSeconds); now - before > 0.05; (before, now) = (now, Service.CpuSeconds)) await WaitAsync(1.5);
    }

    /// <summary>Posts so many adds as lines, in one request; returns once they are accepted.</summary>
    public Task<JsonNode> PostLinesAsync(string connection, int changes) =>
        SendAsync($"/api/v1/connections/{connection}/members", new Lines(Enumerable.Range(0, (changes + 999) / 1000).Select(i => Load.Lines(1000L * i, Math.Min(1000, changes - (1000 * i))))));

    public Task<JsonNode> SendAsync(string path, object? body = null) => SendAsync(path, JsonContent.Create(body ?? new { }));

    /// <summary>Posts lines as they are made; returns once they are accepted.</summary>
    public Task<JsonNode> PostLinesAsync(string connection, IEnumerable<string> lines) =>
        SendAsync($"/api/v1/connections/{connection}/members", new Lines(lines.Chunk(1000).Select(some => Encoding.UTF8.GetBytes(string.Join('\n', some) + "\n"))));

    /// <summary>Tells the sandbox something behind the API's back.</summary>
    public async Task<JsonNode?> ControlAsync(string path, object body)
    {
        using var response = await Sandbox.Http.PostAsJsonAsync($"/_sandbox/{path}", body);
        response.EnsureSuccessStatusCode();
        var text = await response.Content.ReadAsStringAsync();
        return text.Length > 0 ? JsonNode.Parse(text) : null;
    }

    public async Task RemoveFaultAsync(long id)
    {
        using var response = await Sandbox.Http.DeleteAsync($"/_sandbox/faults/{id}");
        response.EnsureSuccessStatusCode();
    }

    public async Task<SeenCall[]> CallsAsync(string path = "/api/lists/subscribe")
    {
        var answer = JsonNode.Parse(await Sandbox.Http.GetStringAsync($"/_sandbox/calls?path={path}"))!;
        return [.. answer["calls"]!.AsArray().Select(c => new SeenCall((DateTimeOffset)c!["time"]!, (int?)c["status"], (int)c["memberCount"]!, (string?)c["body"]))];
    }

    /// <summary>Changes that wait, on all connections.</summary>
    public async Task<long> PendingAsync()
    {
        var metrics = await Service.Http.GetStringAsync("/metrics");
        var line = metrics.Split('\n').First(l => l.StartsWith("forwarder_changes_pending{", StringComparison.Ordinal));
        return (long)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    public async Task SettledAsync(long but = 0)
    {
        while (await PendingAsync() > but) await WaitAsync(0.1);
    }

    private static string KeyOf(int project) => project == 0 ? ApiKey : $"{ApiKey}-{project}";

    public static Task WaitAsync(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, CancellationToken.None);

    private async Task<JsonNode> SendAsync(string path, HttpContent content)
    {
        using var _ = content;
        using var response = await Service.Http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException($"{path}: {response.StatusCode} {text}");
    }

    /// <summary>NDJSON of any length that is never in memory as a whole.</summary>
    private sealed class Lines : HttpContent
    {
        private readonly IEnumerable<byte[]> _lines;

        public Lines(IEnumerable<byte[]> lines)
        {
            _lines = lines;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var some in _lines) await stream.WriteAsync(some);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
