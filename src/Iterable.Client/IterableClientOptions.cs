namespace Iterable.Client;

/// <summary>How the client reaches Iterable. Validated when the host starts, or else when the first client is made.</summary>
public sealed class IterableClientOptions
{
    /// <summary>Base address of the US data center: absolute, http or https.</summary>
    public Uri Us { get; set; } = new("https://api.iterable.com");

    /// <summary>Base address of the EU data center: absolute, http or https.</summary>
    public Uri Eu { get; set; } = new("https://api.eu.iterable.com");

    /// <summary>
    /// The deadline of one attempt, from when the budget granted it to the last byte of the answer; more than zero, at most
    /// an hour. An attempt that ran into it is not retried by the client, as it may still be applied.
    /// </summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Quick retries of a connection that failed, a 408 or a 5xx; each takes from the budget. 0 to 10. An answer that says
    /// Retry-After is not among them.
    /// </summary>
    public int QuickRetries { get; set; } = 2;

    /// <summary>The median wait before the first quick retry; it doubles, with jitter. More than zero, at most a minute.</summary>
    public TimeSpan QuickRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// The User-Agent of every call, such as <c>MyService/1.2.0</c>, by which Iterable's support finds them; in the form of RFC 9110,
    /// section 10.1.5. Default null: none is sent.
    /// </summary>
    public string? UserAgent { get; set; }

    /// <summary>Makes the jitter of quick retries the same for every call, for tests. Null draws it anew.</summary>
    public int? JitterSeed { get; set; }
}
