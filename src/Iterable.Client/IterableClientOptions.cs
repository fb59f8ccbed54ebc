namespace Iterable.Client;

/// <summary>How the client reaches Iterable.</summary>
public sealed class IterableClientOptions
{
    /// <summary>Base address of the US data center.</summary>
    public Uri Us { get; set; } = new("https://api.iterable.com");

    /// <summary>Base address of the EU data center.</summary>
    public Uri Eu { get; set; } = new("https://api.eu.iterable.com");

    /// <summary>The deadline of one attempt. An attempt that ran into it is not retried by the client, as it may still be applied.</summary>
    public TimeSpan AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Quick retries of a reset connection, a 408 or a 5xx; each takes from the budget.</summary>
    public int QuickRetries { get; set; } = 2;

    /// <summary>The median wait before the first quick retry; it doubles, with jitter.</summary>
    public TimeSpan QuickRetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);
}
