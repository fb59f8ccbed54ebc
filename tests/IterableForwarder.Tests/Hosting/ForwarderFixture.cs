using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using Iterable.Sandbox.State;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IterableForwarder.Tests.Hosting;

/// <summary>The real service on a free port, with a folder of its own for data and the sandbox as Iterable. It can be started again on its data.</summary>
public sealed class ForwarderFixture : IAsyncLifetime, IAsyncDisposable
{
    public const string OperatorKey = "operator-key-for-tests";
    public const string IngestKey = "ingest-key-for-tests";
    public const string MetricsKey = "metrics-key-for-tests";

    private readonly Dictionary<string, string?> _settings = new()
    {
        ["Access:OperatorKeys:0"] = OperatorKey,
        ["Access:IngestKeys:0"] = IngestKey,
        ["Access:MetricsKeys:0"] = MetricsKey,
        ["Delivery:GatherTime"] = "00:00:00.010",
    };

    private SandboxServer? _sandbox;
    private WebApplication? _app;
    private HttpClient? _http;

    public string Folder { get; } = Directory.CreateTempSubdirectory("forwarder-").FullName;

    public SandboxState Iterable => _sandbox!.State;

    /// <summary>Set before the start: the last word on services.</summary>
    internal Action<WebApplicationBuilder>? Customize { get; init; }

    public IServiceProvider Services => _app!.Services;

    internal IProjectDirectory Projects => Services.GetRequiredService<IProjectDirectory>();

    public HttpClient Http => _http!;

    /// <summary>A started service with settings of its own.</summary>
    public static Task<ForwarderFixture> StartAsync(params (string Name, string Value)[] settings) => StartAsync(null, settings);

    /// <summary>A started service with settings and services of its own.</summary>
    public static async Task<ForwarderFixture> StartAsync(Action<WebApplicationBuilder>? customize, params (string Name, string Value)[] settings)
    {
        var fixture = new ForwarderFixture { Customize = customize };
        foreach (var (name, value) in settings) fixture._settings[name] = value;
        await fixture.InitializeAsync();
        return fixture;
    }

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await StartServiceAsync();
    }

    /// <summary>Stops the service and starts it anew on the same data.</summary>
    public async Task RestartAsync()
    {
        await StopServiceAsync();
        await StartServiceAsync();
    }

    public async Task DisposeAsync()
    {
        await StopServiceAsync();
        await _sandbox!.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    internal async Task<HttpAnswer> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = OperatorKey)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new HttpAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), text, response.Headers);
    }

    internal Task<HttpAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    internal Task<HttpAnswer> PostAsync(string path, string json, string? key = OperatorKey) => SendAsync(HttpMethod.Post, path, Json(json), key);

    internal Task<HttpAnswer> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, Json(json));

    public static StringContent Json(string json) => new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    /// <summary>Asks again until the condition holds: the one place where a test waits for what the service does by itself.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> ask, Func<T, bool> isSo, string what)
    {
        const int MostTries = 600;
        for (var i = 0; ; i++)
        {
            var answer = await ask();
            if (isSo(answer)) return answer;
            Assert.True(i < MostTries, $"waited in vain for {what}: {answer}");
            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Waits until nothing of the project is pending, and returns its connections.</summary>
    internal async Task<JsonArray> DeliveredAsync(string projectId)
    {
        var answer = await EventuallyAsync(
            () => GetAsync($"/api/v1/connections?projectId={projectId}&limit=200"),
            a => a.Items.All(c => c!["status"]!["pending"]!.GetValue<long>() == 0),
            "nothing pending");
        return answer.Items;
    }

    private async Task StartServiceAsync()
    {
        _app = ForwarderHost.Create(["--environment", "Production", "--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Configuration["Storage:DataFolder"] = Folder;
            builder.Configuration["Iterable:Endpoints:us"] = _sandbox!.BaseAddress.ToString();
            builder.Configuration["Iterable:Endpoints:eu"] = _sandbox.BaseAddress.ToString();
            foreach (var (name, value) in _settings) builder.Configuration[name] = value;
            builder.Logging.ClearProviders();
            Customize?.Invoke(builder);
        });
        await _app.StartAsync();
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(address) };
    }

    private async Task StopServiceAsync()
    {
        _http!.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What came back over HTTP.</summary>
internal sealed record HttpAnswer(int Status, string? ContentType, string Text, HttpResponseHeaders Headers)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    public JsonArray Items => Json["items"]!.AsArray();

    public override string ToString() => $"{Status} {Text}";

    public JsonObject Expect(int status)
    {
        Assert.True(status == Status, $"expected {status}, got {Status}: {Text}");
        return Text.Length == 0 ? [] : Json;
    }

    public JsonObject ExpectProblem(int status)
    {
        var problem = Expect(status);
        Assert.Equal("application/problem+json", ContentType);
        return problem;
    }

    /// <summary>The paths of all faults, sorted.</summary>
    public string[] ExpectFaults() => [.. ExpectProblem(400)["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal)];
}
