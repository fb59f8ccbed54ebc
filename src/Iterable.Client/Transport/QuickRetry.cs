using System.Net;
using Polly;
using Polly.Contrib.WaitAndRetry;
using Polly.Retry;

namespace Iterable.Client.Transport;

/// <summary>
/// Repeats what is likely to work a moment later. Not a time-out, which may still be applied; not a 429, nor anything
/// that says when to come back, as a caller with a pace of its own obeys that better.
/// </summary>
internal static class QuickRetry
{
    public static IAsyncPolicy<HttpResponseMessage> PolicyFor(HttpRequestMessage request, IterableClientOptions options) =>
        CallContext.Of(request).IsRepeatable ? Retrying(options) : Policy.NoOpAsync<HttpResponseMessage>();

    // Built anew for each call: the jittered delays are drawn when they are enumerated
    // (https://github.com/Polly-Contrib/Polly.Contrib.WaitAndRetry).
    private static AsyncRetryPolicy<HttpResponseMessage> Retrying(IterableClientOptions options) =>
        Policy<HttpResponseMessage>
            .Handle<HttpRequestException>(IsConnectionError)
            .OrResult(IsPassingFailure)
            .WaitAndRetryAsync(Backoff.DecorrelatedJitterBackoffV2(
                options.QuickRetryDelay, options.QuickRetries, options.JitterSeed));

    // An answer that is too large has been applied, and would be as large again.
    private static bool IsConnectionError(HttpRequestException exception) =>
        exception.HttpRequestError != HttpRequestError.ConfigurationLimitExceeded;

    private static bool IsPassingFailure(HttpResponseMessage response) =>
        (response.StatusCode == HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500)
        && !response.Headers.NonValidated.Contains("Retry-After");
}
