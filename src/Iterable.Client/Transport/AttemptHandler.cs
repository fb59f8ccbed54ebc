namespace Iterable.Client.Transport;

/// <summary>
/// Gives one attempt its deadline, and reads the whole body before that: an answer that stalls half-way is no answer.
/// It is inside the budget, so waiting for that does not count.
/// </summary>
internal sealed class AttemptHandler(TimeSpan timeout, TimeProvider time) : DelegatingHandler
{
    /// <summary>The largest answer that is held: all lists of a project.</summary>
    internal const long MaxResponseBytes = 16 * 1024 * 1024;

    /// <summary>The largest answer to a request without a length of its own worth mentioning.</summary>
    internal const long MaxResponseToShortRequest = 1024 * 1024;

    /// <summary>An answer names members of its request by their identifiers, perhaps with all characters escaped, and perhaps under two reasons.</summary>
    private const int MaxTimesRequest = 4;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await SendAndBufferAsync(request, attempt.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            if (deadline.IsCancellationRequested)
                throw new TimeoutException("The attempt reached its deadline.", exception);

            // The handler below reports its own limit on connecting as a cancellation. Nothing was sent yet.
            throw new HttpRequestException(HttpRequestError.ConnectionError, "The connection took too long.", exception);
        }
    }

    private static long MaxResponseTo(HttpRequestMessage request) => request.Content?.Headers.ContentLength is { } length
        ? Math.Min(MaxResponseBytes, MaxResponseToShortRequest + (MaxTimesRequest * length))
        : MaxResponseBytes;

    private async Task<HttpResponseMessage> SendAndBufferAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxResponseTo(request), cancellationToken);
            return response;
        }
        catch (HttpRequestException exception)
        {
            response.Dispose();
            throw new HttpRequestException(exception.HttpRequestError, exception.Message, exception, response.StatusCode);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
