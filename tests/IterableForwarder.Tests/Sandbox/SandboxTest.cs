using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterable.Sandbox;
using Iterable.Sandbox.State;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Sandbox;

/// <summary>A sandbox of its own for each test, spoken to over HTTP, with a clock that only the test moves.</summary>
public abstract class SandboxTest : IAsyncLifetime
{
    protected const string Key = "demo-key";

    private static readonly HttpClient Http = new(new SocketsHttpHandler());
    private SandboxServer? _server;

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected SandboxServer Server => _server!;

    protected SandboxState State => Server.State;

    protected virtual SandboxOptions Options => new() { TimeProvider = Clock };

    public async Task InitializeAsync() => _server = await SandboxServer.StartAsync(Options);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    protected Task<Answer> GetAsync(string path, string? key = Key) => SendAsync(HttpMethod.Get, path, null, key);

    protected Task<Answer> PostAsync(string path, string body, string? key = Key) => SendAsync(HttpMethod.Post, path, body, key);

    protected Task<Answer> DeleteAsync(string path, string? key = Key) => SendAsync(HttpMethod.Delete, path, null, key);

    protected async Task<Answer> SendAsync(HttpMethod method, string path, string? body, string? key, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server.BaseAddress, path));
        if (key is not null) request.Headers.TryAddWithoutValidation("Api-Key", key);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return new Answer((int)response.StatusCode, text, response.Content.Headers.ContentType?.MediaType, response.Headers.RetryAfter?.Delta);
    }

    protected long NewList(string key = Key) => State.AddList(key, "A list").Id;

    protected Task<Answer> SubscribeAsync(long listId, params string[] members) => ListCallAsync("subscribe", listId, "", members);

    protected Task<Answer> SubscribeExistingAsync(long listId, params string[] members) =>
        ListCallAsync("subscribe", listId, ",\"updateExistingUsersOnly\":true", members);

    protected Task<Answer> UnsubscribeAsync(long listId, params string[] members) =>
        ListCallAsync("unsubscribe", listId, ",\"channelUnsubscribe\":false", members);

    protected static string Member(string? email = null, string? userId = null, string? dataFields = null, string more = "")
    {
        var fields = new List<string>();
        if (email is not null) fields.Add($"\"email\":{JsonSerializer.Serialize(email)}");
        if (userId is not null) fields.Add($"\"userId\":{JsonSerializer.Serialize(userId)}");
        if (dataFields is not null) fields.Add($"\"dataFields\":{dataFields}");
        if (more.Length > 0) fields.Add(more);
        return "{" + string.Join(',', fields) + "}";
    }

    private Task<Answer> ListCallAsync(string call, long listId, string more, string[] members) =>
        PostAsync($"/api/lists/{call}", $"{{\"listId\":{listId.ToString(CultureInfo.InvariantCulture)},\"subscribers\":[{string.Join(',', members)}]{more}}}");
}

public sealed record Answer(int Status, string Text, string? MediaType, TimeSpan? RetryAfter)
{
    private JsonElement? _json;

    public JsonElement Json => _json ??= JsonDocument.Parse(Text).RootElement;

    public string? Code => Json.GetProperty("code").GetString();

    public string? Message => Json.GetProperty("msg").GetString();

    public int Succeeded => Json.GetProperty("successCount").GetInt32();

    public int Failed => Json.GetProperty("failCount").GetInt32();

    public string[] Names(string name) => Strings(Json.GetProperty(name));

    public string[] FailedUpdates(string name) => Strings(Json.GetProperty("failedUpdates").GetProperty(name));

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(each => each.GetString()!)];
}
