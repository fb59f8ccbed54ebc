namespace Iterable.Sandbox.Api;

/// <summary>An answer decided on but not sent: a fault may still lose it.</summary>
internal readonly record struct ApiAnswer(int Status, ReadOnlyMemory<byte> Body, string ContentType = ApiAnswer.Json, int? RetryAfterSeconds = null)
{
    public const string Json = "application/json";
    public const string Text = "text/plain; charset=utf-8";
    public const string Html = "text/html; charset=utf-8";
}
