using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>Calls operations as the document has them, and compares each answer with it: status, media type and body.</summary>
internal sealed class LiveApi(ApiDocument document)
{
    public ApiDocument Document => document;

    /// <summary>The operations and statuses that were answered.</summary>
    public HashSet<(string Operation, int Status)> Answered { get; } = [];

    /// <summary>What differs from the document.</summary>
    public SortedSet<string> Errors { get; } = new(StringComparer.Ordinal);

    public async Task<JsonObject> CallAsync(TestService host, int status, string operation, LiveRequest request)
    {
        var known = document.Operation(operation);
        using var message = MessageOf(known, request);
        using var received = await host.Http.SendAsync(message);
        var response = await ServiceResponse.OfAsync(received);
        if (response.Status != status)
        {
            Errors.Add($"{operation} {status}: the response was {response}");
            return [];
        }
        Compare(known, response);
        return response.Text.StartsWith('{') ? response.Json : [];
    }

    /// <summary>Of an example of the document, with the ids of this service.</summary>
    public string ExampleOf(string operation) => document.Operation(operation).RequestContent["application/json"]!["example"]!.ToJsonString();

    private void Compare(ApiOperation operation, ServiceResponse response)
    {
        var name = $"{operation} {response.Status}";
        Answered.Add((operation.Id, response.Status));
        if (!operation.Statuses.Contains(response.Status))
        {
            Errors.Add($"{name} is not documented");
            return;
        }
        var content = operation.ContentOf(response.Status);
        if (response.Text.Length == 0 && content.Count == 0) return;
        if (response.MediaType is null || content[response.MediaType] is not { } media) Errors.Add($"{name}: {response.MediaType} is not documented");
        else foreach (var error in document.ErrorsOf(JsonNode.Parse(response.Text), media["schema"]!, isClosed: true)) Errors.Add($"{name} {error} in {response.Text}");
    }

    private HttpRequestMessage MessageOf(ApiOperation operation, LiveRequest request)
    {
        var message = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), operation.PathWith(request.Ids) + request.Query);
        if (request.Key is not null) message.Headers.TryAddWithoutValidation("Authorization", $"Bearer {request.Key}");
        foreach (var (name, value) in request.Headers) message.Headers.TryAddWithoutValidation(name, value);
        var body = request.Body ?? (operation.RequestContent.Count > 0 ? ExampleOf(operation.Id) : null);
        if (body is { Length: > 0 }) message.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(request.MediaType));
        return message;
    }
}

/// <summary>What is sent to an operation.</summary>
/// <param name="Ids">The parameters of its path.</param>
internal sealed record LiveRequest(params string[] Ids)
{
    /// <summary>Null for the document's example.</summary>
    public string? Body { get; init; }

    public string MediaType { get; init; } = "application/json";

    public string Query { get; init; } = "";

    public string? Key { get; init; } = TestService.OperatorKey;

    public (string Name, string Value)[] Headers { get; init; } = [];
}
