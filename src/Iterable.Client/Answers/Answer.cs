namespace Iterable.Client.Answers;

/// <summary>An HTTP answer as far as its meaning depends on it.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The whole body, decompressed; whatever it may be.</param>
/// <param name="RetryAfter">The Retry-After header as it came, or null.</param>
/// <param name="ReceivedAt">What a Retry-After that is a date counts from.</param>
internal readonly record struct Answer(
    int StatusCode, ReadOnlyMemory<byte> Body, string? RetryAfter = null, DateTimeOffset ReceivedAt = default)
{
    public bool IsSuccess => StatusCode is >= 200 and <= 299;
}
