using System.Net.Http.Headers;
using System.Text;

namespace IterableForwarder.Tests.Crash;

/// <summary>One request of a writer, and what it makes true once it is accepted.</summary>
internal sealed class WriterRequest
{
    public required string Path { get; init; }

    public required string Body { get; init; }

    public string MediaType { get; init; } = "application/json";

    /// <summary>An Idempotency-Key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>The id of the message, for a source whose messages have one.</summary>
    public string? SourceId { get; init; }

    /// <summary>By sending it again one learns whether it was accepted, and does nothing twice.</summary>
    public bool IsRepeatable => Key is not null || SourceId is not null;

    /// <summary>Where its members stand afterwards.</summary>
    public required IReadOnlyDictionary<WrittenMember, bool> Effects { get; init; }

    public required int Received { get; init; }

    /// <summary>Of those, whom our rules do not forward, and whom Iterable refuses.</summary>
    public int Dropped { get; init; }

    public int Rejected { get; init; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; set; }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(Body, Encoding.UTF8, new MediaTypeHeaderValue(MediaType)) };
        if (Key is not null) message.Headers.Add("Idempotency-Key", Key);
        return message;
    }
}

/// <summary>What is kept of a request once it is accepted: its body need not be.</summary>
/// <param name="BatchId">Null where the answer does not tell it.</param>
/// <param name="SourceId">The id of the message, where it has one.</param>
/// <param name="Received">Its changes.</param>
/// <param name="Dropped">Of those, whom our rules do not forward.</param>
/// <param name="Rejected">Of those, whom Iterable refuses.</param>
internal sealed record AcceptedRequest(string? BatchId, string? SourceId, int Received, int Dropped, int Rejected);
