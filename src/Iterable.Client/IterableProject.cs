namespace Iterable.Client;

/// <summary>The data center an Iterable project lives in; a key works in one only.</summary>
public enum IterableDataCenter
{
    /// <summary>https://api.iterable.com</summary>
    Us,

    /// <summary>https://api.eu.iterable.com</summary>
    Eu,
}

/// <summary>Whom a call is made for: one Iterable project, its key, and the budget every attempt is paid from.</summary>
/// <param name="ApiKey">Sent as the <c>Api-Key</c> header, never in a URL.</param>
/// <param name="DataCenter">Where the project lives.</param>
/// <param name="Budget">Asked before every attempt, retries included; null sends without pacing.</param>
public sealed record IterableProject(string ApiKey, IterableDataCenter DataCenter, ICallBudget? Budget = null)
{
    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"IterableProject {{ DataCenter = {DataCenter} }}";
}
