using System.Buffers;
using System.Globalization;
using Iterable.Client.Answers;
using Iterable.Client.Requests;
using Iterable.Client.Results;
using Iterable.Client.Transport;

namespace Iterable.Client;

/// <summary>
/// Iterable's API as this library knows it. Safe for concurrent use; register it with AddIterableClient. No method throws,
/// save <see cref="OperationCanceledException"/> when the caller's own token is cancelled.
/// </summary>
public sealed class IterableClient
{
    private readonly HttpClient _http;
    private readonly IterableClientOptions _options;
    private readonly TimeProvider _time;

    internal IterableClient(HttpClient http, IterableClientOptions options, TimeProvider time)
    {
        _http = http;
        _options = options;
        _time = time;
    }

    /// <summary>Sends a bulk request and classifies the answer. Throws only when cancelled.</summary>
    public Task<CallResult> SendAsync(IterableProject project, BulkRequest request, CancellationToken cancellationToken) =>
        ExchangeAsync(
            project,
            new ApiCall(HttpMethod.Post, request.Path, request.EndpointClass, request.WriteBody),
            answer => AnswerClassifier.ClassifyBulk(answer, request),
            cancellationToken);

    /// <summary>GET /api/lists; also serves as the check of a key.</summary>
    public Task<CallResult<IReadOnlyList<IterableList>>> GetListsAsync(IterableProject project, CancellationToken cancellationToken) =>
        FetchAsync<IReadOnlyList<IterableList>>(
            project,
            new ApiCall(HttpMethod.Get, "/api/lists", EndpointClass.Lists),
            ListAnswers.TryReadLists,
            cancellationToken);

    /// <summary>
    /// POST /api/lists: makes a static list and returns its id. Names are not unique, so a repetition would make a second
    /// list: this call alone has no quick retries.
    /// </summary>
    public Task<CallResult<long>> CreateListAsync(IterableProject project, string name, string? description, CancellationToken cancellationToken) =>
        FetchAsync<long>(
            project,
            new ApiCall(HttpMethod.Post, "/api/lists", EndpointClass.Lists, output => WriteList(output, name, description), IsRepeatable: false),
            ListAnswers.TryReadListId,
            cancellationToken);

    /// <summary>GET /api/lists/{id}/size; limited to 5 calls a minute by Iterable.</summary>
    public Task<CallResult<long>> GetListSizeAsync(IterableProject project, long listId, CancellationToken cancellationToken) =>
        FetchAsync<long>(
            project,
            new ApiCall(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/api/lists/{listId}/size"), EndpointClass.Lists),
            ListAnswers.TryReadSize,
            cancellationToken);

    private static void WriteList(IBufferWriter<byte> output, string name, string? description)
    {
        using var writer = JsonBody.Writer(output);
        writer.WriteStartObject();
        writer.WriteString("name"u8, name);
        if (!string.IsNullOrEmpty(description))
            writer.WriteString("description"u8, description);
        writer.WriteEndObject();
    }

    private async Task<CallResult<T>> FetchAsync<T>(
        IterableProject project, ApiCall call, ValueReader<T> read, CancellationToken cancellationToken)
    {
        var result = await ExchangeAsync(
            project, call, answer => AnswerClassifier.ClassifyValue(answer, call.EndpointClass, read), cancellationToken);
        return result as CallResult<T> ?? new CallResult<T>(result);
    }

    private async Task<CallResult> ExchangeAsync(
        IterableProject project, ApiCall call, Func<Answer, CallResult> classify, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!ApiKey.IsSendable(project.ApiKey))
            return new CallResult { Kind = CallResultKind.CredentialsRejected, Code = ErrorCodes.MalformedApiKey, Attempts = 0 };

        var context = new CallContext(call.EndpointClass, project.Budget, call.IsRepeatable);
        var result = await AttemptAsync(project, call, context, classify, cancellationToken);
        return result with { Attempts = context.Attempts };
    }

    private async Task<CallResult> AttemptAsync(
        IterableProject project, ApiCall call, CallContext context, Func<Answer, CallResult> classify, CancellationToken cancellationToken)
    {
        try
        {
            using var message = call.ToMessage(BaseAddressOf(project.DataCenter), project.ApiKey);
            context.AttachTo(message);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return classify(await ReadAsync(response, cancellationToken));
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return TransportError.Classify(exception);
        }
    }

    private Uri BaseAddressOf(IterableDataCenter dataCenter) => dataCenter switch
    {
        IterableDataCenter.Us => _options.Us,
        IterableDataCenter.Eu => _options.Eu,
        _ => throw new ArgumentOutOfRangeException(nameof(dataCenter)),
    };

    private async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var retryAfter = response.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? values.ToString() : null;
        return new Answer((int)response.StatusCode, body, retryAfter, _time.GetUtcNow());
    }
}
