using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using Iterable.Sandbox.State;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Builder;

namespace IterableForwarder.Tests.Hosting;

/// <summary>The real service on a free port, with a folder of its own for data and the sandbox as Iterable. It can be started again on its data.</summary>
public sealed class ForwarderFixture : IAsyncLifetime, IAsyncDisposable
{
    private readonly Dictionary<string, string?> _settings = new(TestService.Keys())
    {
        ["Delivery:GatherTime"] = "00:00:00.010",
        ["Serilog:MinimumLevel:Default"] = "Fatal",
    };

    private SandboxServer? _sandbox;
    private TestService? _service;
    private readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    public SandboxState Iterable => _sandbox!.State;

    /// <summary>Set before the start: the last word on services.</summary>
    internal Action<WebApplicationBuilder>? Customize { get; init; }

    /// <summary>For requests that are out of the ordinary.</summary>
    public HttpClient Http => _service!.Http;

    public IServiceProvider Services => _service!.Services;

    internal IProjectDirectory Projects => _service!.Directory;

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

    /// <summary>Stops the service and starts it anew on the same data, with some other settings.</summary>
    public async Task RestartAsync(params (string Name, string Value)[] settings)
    {
        await _service!.DisposeAsync();
        foreach (var (name, value) in settings) _settings[name] = value;
        await StartServiceAsync();
    }

    public async Task DisposeAsync()
    {
        await _service!.DisposeAsync();
        await _sandbox!.DisposeAsync();
        _folder.Dispose();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    internal Task<ServiceResponse> SendAsync(HttpMethod method, string path, HttpContent? content = null, string? key = TestService.OperatorKey) =>
        _service!.SendAsync(method, path, content, key is null ? null : $"Bearer {key}");

    internal Task<ServiceResponse> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Asks again until the answer is as it should be.</summary>
    internal Task<ServiceResponse> UntilAsync(string path, Func<ServiceResponse, bool> isAsWanted) => Eventually.GetAsync(() => GetAsync(path), isAsWanted, TimeSpan.FromSeconds(60));

    internal Task<ServiceResponse> PostAsync(string path, string json, string? key = TestService.OperatorKey) => SendAsync(HttpMethod.Post, path, Json(json), key);

    internal Task<ServiceResponse> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, Json(json));

    internal Task<ServiceResponse> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, Json(json));

    public static StringContent Json(string json) => new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    /// <summary>Waits until nothing of the project is pending, and returns its connections.</summary>
    internal async Task<JsonArray> DeliveredAsync(string projectId)
    {
        var response = await UntilAsync($"/api/v1/connections?projectId={projectId}&limit=200", a => a.Items.All(c => c!["status"]!["pending"]!.GetValue<long>() == 0));
        return response.Items;
    }

    private async Task StartServiceAsync()
    {
        var settings = new Dictionary<string, string?>(_settings)
        {
            ["Iterable:Endpoints:us"] = _sandbox!.BaseAddress.ToString(),
            ["Iterable:Endpoints:eu"] = _sandbox.BaseAddress.ToString(),
        };
        _service = await TestService.StartAsync(Folder, settings: settings, customize: Customize);
    }
}
