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

    private Stage(string folder, Measured sandbox, Measured service) => (_folder, Sandbox, Service) = (folder, sandbox, service);

    public Measured Sandbox { get; }

    public Measured Service { get; }

    /// <param name="keptBodyBytes">Bodies of calls up to that size can be read afterwards; long ones would fill the sandbox's memory.</param>
    /// <param name="scale">How many times faster than the clock on the wall the service's runs.</param>
    public static async Task<Stage> StartAsync(int keptBodyBytes = 0, int scale = 1)
    {
        var folder = Directory.CreateTempSubdirectory("forwarder-benchmark-").FullName;
        var sandbox = await Measured.StartSandboxAsync(new() { ["Sandbox__KeptCalls"] = "100000", ["Sandbox__KeptBodyBytes"] = $"{keptBodyBytes}" });
        return new(folder, sandbox, await Measured.StartServiceAsync(folder, sandbox, scale));
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Adds the project and so many connections, each with a list of its own; returns their ids.</summary>
    public async Task<string[]> ConnectAsync(int callsPerSecond, int connections)
    {
        var project = await SendAsync("/api/v1/projects", new { name = "Benchmark", apiKey = ApiKey, budgets = new { lists = callsPerSecond } });
        var ids = new string[connections];
        for (var i = 0; i < connections; i++)
        {
            await ControlAsync("lists", new { id = i + 1, name = $"list {i + 1}", apiKey = ApiKey });
            ids[i] = (string)(await SendAsync("/api/v1/connections", new { projectId = (string)project["id"]!, name = $"audience {i + 1}", listId = i + 1 }))["id"]!;
        }
        return ids;
    }

    public Task<JsonNode> SendAsync(string path, object? body = null) => SendAsync(path, JsonContent.Create(body ?? new { }));

    /// <summary>Posts lines as they are made; returns once they are accepted.</summary>
    public Task<JsonNode> PostLinesAsync(string connection, IEnumerable<string> lines) => SendAsync($"/api/v1/connections/{connection}/members", new Lines(lines));

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

    public async Task<long> PendingAsync()
    {
        var connections = JsonNode.Parse(await Service.Http.GetStringAsync("/api/v1/connections?limit=200"))!;
        return connections["items"]!.AsArray().Sum(c => (long)c!["status"]!["pending"]!);
    }

    public async Task SettledAsync()
    {
        while (await PendingAsync() > 0) await WaitAsync(0.1);
    }

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
        private readonly IEnumerable<string> _lines;

        public Lines(IEnumerable<string> lines)
        {
            _lines = lines;
            Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            foreach (var some in _lines.Chunk(1000)) await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Join('\n', some) + "\n"));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
