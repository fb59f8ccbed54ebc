using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Hosting;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace IterableForwarder.Tests.Hosting;

/// <summary>The real service on a free port of this machine, with its own folder for data, and whatever it logged.</summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string OperatorKey = "operator-key-for-tests-of-the-service";
    public const string IngestKey = "ingest-key-for-tests-of-the-service";
    public const string MetricsKey = "metrics-key-for-tests-of-the-service";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private readonly TemporaryFolder? _own;

    private TestService(WebApplication app, string folder, TemporaryFolder? own, ConcurrentQueue<string> logs)
    {
        _app = app;
        _own = own;
        Folder = folder;
        Logs = logs;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(address) };
    }

    /// <summary>For requests that are out of the ordinary.</summary>
    public HttpClient Http => _http;

    public string Folder { get; }

    public ConcurrentQueue<string> Logs { get; }

    public IServiceProvider Services => _app.Services;

    public IProjectDirectory Directory => Services.GetRequiredService<IProjectDirectory>();

    public static async Task<TestService> StartAsync(
        string? folder = null, string environment = "Production", Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? customize = null, Action<WebApplication>? map = null)
    {
        var own = folder is null ? new TemporaryFolder() : null;
        folder ??= own!.Path;
        var logs = new ConcurrentQueue<string>();
        var app = Create(environment, settings ?? Keys(), builder =>
        {
            builder.Configuration["Storage:DataFolder"] = folder;
            builder.Logging.AddProvider(new RecordingLogs(logs));
            customize?.Invoke(builder);
        });
        map?.Invoke(app);
        await app.StartAsync();
        return new TestService(app, folder, own, logs);
    }

    public static WebApplication Create(string environment, Dictionary<string, string?> settings, Action<WebApplicationBuilder>? customize = null) =>
        ForwarderHost.Create(["--environment", environment, "--urls", "http://127.0.0.1:0"], builder =>
        {
            foreach (var (name, value) in settings) builder.Configuration[name] = value;
            builder.Logging.ClearProviders();
            customize?.Invoke(builder);
        });

    public static Dictionary<string, string?> Keys() => new()
    {
        ["Access:OperatorKeys:0"] = OperatorKey,
        ["Access:IngestKeys:0"] = IngestKey,
        ["Access:MetricsKeys:0"] = MetricsKey,
    };

    public Task<ServiceResponse> SendAsync(HttpMethod method, string path, string? json = null, string? authorization = $"Bearer {OperatorKey}", string mediaType = "application/json") =>
        SendAsync(method, path, json is null ? null : new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(mediaType)), authorization);

    public async Task<ServiceResponse> SendAsync(HttpMethod method, string path, HttpContent? content, string? authorization)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await _http.SendAsync(request);
        return await ServiceResponse.OfAsync(response);
    }

    public Task<ServiceResponse> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<ServiceResponse> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    public Task<ServiceResponse> PutAsync(string path, string json) => SendAsync(HttpMethod.Put, path, json);

    public Task<ServiceResponse> PatchAsync(string path, string json) => SendAsync(HttpMethod.Patch, path, json, mediaType: "application/merge-patch+json");

    public Task<ServiceResponse> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Adds a project and returns its id.</summary>
    public async Task<string> AddProjectAsync(string apiKey = "iterable-key-0001", string more = "")
    {
        var response = await PostAsync("/api/v1/projects", $$"""{"name":"Acme","apiKey":"{{apiKey}}"{{more}}}""");
        return response.Expect(201)["id"]!.GetValue<string>();
    }

    /// <summary>Adds a connection and returns its id.</summary>
    public async Task<string> AddConnectionAsync(string projectId, string more = ",\"listId\":42")
    {
        var response = await PostAsync("/api/v1/connections", $$"""{"projectId":"{{projectId}}","name":"VIP"{{more}}}""");
        return response.Expect(201)["id"]!.GetValue<string>();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _own?.Dispose();
    }

    private sealed class RecordingLogs(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>A folder for data that is gone after the test, for hosts that start one after the other on it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("forwarder-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>What came back over HTTP.</summary>
internal sealed record ServiceResponse(int Status, string? MediaType, string Text, HttpResponseHeaders Headers)
{
    public JsonObject Json => JsonNode.Parse(Text)!.AsObject();

    /// <summary>Of a list.</summary>
    public JsonArray Items => Json["items"]!.AsArray();

    public override string ToString() => $"{Status} {Text}";

    public static async Task<ServiceResponse> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync(), response.Headers);

    public JsonObject Expect(int status)
    {
        Assert.True(status == Status, $"expected {status}, got {Status}: {Text}");
        return Text.Length == 0 ? [] : Json;
    }

    /// <summary>A refusal in problem details.</summary>
    public JsonObject ExpectProblem(int status)
    {
        var problem = Expect(status);
        Assert.Equal("application/problem+json", MediaType);
        Assert.Equal(status, problem["status"]!.GetValue<int>());
        return problem;
    }

    /// <summary>The paths of all validation errors, sorted.</summary>
    public string[] ExpectErrors() => [.. ExpectProblem(400)["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal)];
}
