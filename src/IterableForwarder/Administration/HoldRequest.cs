namespace IterableForwarder.Administration;

/// <summary>Why an operator pauses or resumes something.</summary>
internal sealed record HoldRequest
{
    /// <summary>Kept in the history, and shown as <c>holdDetail</c> while it is paused; at most 200 characters.</summary>
    public string? Reason { get; init; }
}
