using System.Text;
using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Outcomes;

namespace IterableForwarder.Demo;

/// <summary>The service as anybody uses it: over HTTP.</summary>
internal sealed class ForwarderApi(HttpClient http, Uri address, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>The project and the connection of the members sample: those that are there, or new ones. Returns the connection's id.</summary>
    public async Task<string> ConnectAsync(CancellationToken cancellationToken)
    {
        var project = await GetOrCreateAsync("api/v1/projects", "api/v1/projects", Samples.Project, cancellationToken);
        return await GetOrCreateAsync("api/v1/connections", "api/v1/connections?audienceId=newsletter", Samples.Connection(project), cancellationToken);
    }

    /// <summary>Returns the id of the message.</summary>
    public async Task<string> SendMParticleAsync(CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7(time.GetUtcNow());
        await PostAsync(new Uri(address, "ingest/mparticle"), Samples.MParticle(id, time.GetUtcNow()), cancellationToken);
        return id.ToString();
    }

    /// <summary>Returns the id of the batch.</summary>
    public async Task<string> SendMembersAsync(string connectionId, CancellationToken cancellationToken)
    {
        var response = await PostAsync(new Uri(address, $"api/v1/connections/{connectionId}/members"), Samples.Members, cancellationToken);
        return response.GetProperty("batchId").GetString()!;
    }

    /// <summary>The batches of the message and that of the members, once nothing of them is pending.</summary>
    public async Task<IReadOnlyList<BatchResponse>> WaitUntilSettledAsync(string messageId, string batchId, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        while (true)
        {
            BatchResponse[] batches =
            [
                .. (await GetAsync<Page<BatchResponse>>($"api/v1/batches?sourceId={messageId}", cancellationToken)).Items.Reverse(),
                await GetAsync<BatchResponse>($"api/v1/batches/{batchId}", cancellationToken),
            ];
            if (patience.IsCancellationRequested || Array.TrueForAll(batches, b => b.Counts.Pending == 0)) return batches;
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    public async Task<string> NameOfAsync(string connectionId, CancellationToken cancellationToken) =>
        (await GetAsync<JsonElement>($"api/v1/connections/{connectionId}", cancellationToken)).GetProperty("name").GetString()!;

    public async Task<IReadOnlyList<MemberResponse>> NotDeliveredAsync(string batchId, CancellationToken cancellationToken) =>
        (await GetAsync<Page<MemberResponse>>($"api/v1/batches/{batchId}/members", cancellationToken)).Items;

    /// <summary>Puts people on a list behind the service's back.</summary>
    public Task TellIterableAsync(Uri iterable, string request, CancellationToken cancellationToken) =>
        PostAsync(new Uri(iterable, "api/lists/subscribe"), request, cancellationToken);

    private async Task<string> GetOrCreateAsync(string path, string search, string body, CancellationToken cancellationToken)
    {
        var found = await GetAsync<JsonElement>(search, cancellationToken);
        var item = found.GetProperty("items") is var items && items.GetArrayLength() > 0
            ? items[0]
            : await PostAsync(new Uri(address, path), body, cancellationToken);
        return item.GetProperty("id").GetString()!;
    }

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken) =>
        (await http.GetFromJsonAsync<T>(new Uri(address, path), cancellationToken))!;

    private async Task<JsonElement> PostAsync(Uri uri, string json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add("Api-Key", Samples.ApiKey);
        using var response = await http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException($"POST {uri.AbsolutePath} was answered with {(int)response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }
}
