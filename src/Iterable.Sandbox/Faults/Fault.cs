namespace Iterable.Sandbox.Faults;

/// <summary>A fault to play on calls that match. Of several, a call meets the first one added.</summary>
public sealed record Fault
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>The path it is for, a trailing <c>*</c> standing for any rest; null for all under /api.</summary>
    public string? Path { get; init; }

    /// <summary>The key it is for; null for all.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Only calls whose body holds this text; null for all.</summary>
    public string? WhenBodyContains { get; init; }

    /// <summary>How many calls it is played on; null until removed.</summary>
    public int? Times { get; init; }

    /// <summary>For status, html, empty and body; default 503, 502, 200 and 200.</summary>
    public int? Status { get; init; }

    /// <summary>For status: Iterable's code; default after the status.</summary>
    public string? Code { get; init; }

    /// <summary>For status: the msg.</summary>
    public string? Message { get; init; }

    /// <summary>For status, html and empty: a Retry-After header; null for none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>For body: what is answered, as JSON or not.</summary>
    public string? Body { get; init; }

    /// <summary>For delay.</summary>
    public int? DelayMilliseconds { get; init; }

    internal Fault Checked()
    {
        if (!Enum.IsDefined(Kind)) throw new ArgumentException("kind is not known");
        if (Times < 1) throw new ArgumentException("times must be 1 or more, or null");
        if (Status is < 200 or > 599) throw new ArgumentException("status must be 200 to 599");
        if (RetryAfterSeconds < 0) throw new ArgumentException("retryAfterSeconds must not be negative");
        if (Kind == FaultKind.Body && Body is null) throw new ArgumentException("body needs a body");
        if (Kind == FaultKind.Delay && DelayMilliseconds is not > 0) throw new ArgumentException("delay needs delayMilliseconds above 0");
        return this;
    }
}
