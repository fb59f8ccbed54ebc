using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Members;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>The outcomes of the messages of a request.</summary>
/// <param name="Accepted">They are on disk and will be delivered: as an event, as an update of a user, or both.</param>
/// <param name="Ignored">The stream does not want them: not selected, or nothing selected in them. Nothing of them is kept.</param>
/// <param name="Refused">What cannot be delivered; kept, and shown as dropped.</param>
internal sealed record IngestResponse(int Accepted, int Ignored, IReadOnlyList<RefusedMessage> Refused);

/// <summary>A message, or a part of it, that cannot be delivered.</summary>
/// <param name="Index">Its position in the array; 0 for a single message.</param>
/// <param name="InsertId">Its own id; null where it has none.</param>
/// <param name="Reason"><c>noIdentifier</c>, or <c>unsupportedAction</c> for an operation on a selected user property other than setting it.</param>
internal sealed record RefusedMessage(
    int Index, string? InsertId, [property: OneOf(Reasons.NoIdentifier, Reasons.UnsupportedAction)] string Reason);

/// <summary>The result of a sample event.</summary>
/// <param name="Passes">Whether it would be sent as an event.</param>
/// <param name="StoppedBy">The path in the stream's definition of what stops it; null where it passes.</param>
/// <param name="Requests">The requests that Iterable would get, for the event and for its user.</param>
internal sealed record StreamPreview(bool Passes, string? StoppedBy, IReadOnlyList<PreviewedRequest> Requests);

/// <summary>An event of Amplitude's, as far as this service reads it. A stream may select other fields as well.</summary>
/// <param name="EventType">What happened.</param>
/// <param name="UserId">Who it was.</param>
/// <param name="EventTime">When it happened, of the Export form.</param>
/// <param name="Time">When it happened, of the HTTP V2 form: Unix milliseconds.</param>
/// <param name="InsertId">Its id: an event that comes again replaces itself at Iterable.</param>
/// <param name="EventProperties">What is known of the event.</param>
/// <param name="UserProperties">What is known of the user.</param>
internal sealed record AmplitudeEventForm(
    [property: JsonPropertyName("event_type")] string EventType,
    [property: JsonPropertyName("user_id"), OrNumber] string? UserId = null,
    [property: JsonPropertyName("event_time")] string? EventTime = null,
    long? Time = null,
    [property: JsonPropertyName("insert_id")] string? InsertId = null,
    [property: JsonPropertyName("event_properties")] IReadOnlyDictionary<string, JsonElement>? EventProperties = null,
    [property: JsonPropertyName("user_properties")] IReadOnlyDictionary<string, JsonElement>? UserProperties = null);

/// <summary>Events in the form of Amplitude's HTTP V2 API.</summary>
/// <param name="Events">The events, up to 2000.</param>
/// <param name="ApiKey">The ingest key, where there is no Authorization header.</param>
internal sealed record HttpApiForm(IReadOnlyList<AmplitudeEventForm> Events, [property: JsonPropertyName("api_key")] string? ApiKey = null);

/// <summary>A user of Amplitude's.</summary>
/// <param name="UserId">Who it is.</param>
/// <param name="UserProperties">What is known of the user: plain values, or operations such as <c>$set</c>.</param>
internal sealed record AmplitudeUserForm(
    [property: JsonPropertyName("user_id"), OrNumber] string? UserId = null,
    [property: JsonPropertyName("user_properties")] IReadOnlyDictionary<string, JsonElement>? UserProperties = null);

/// <summary>Users in the form of Amplitude's Identify API.</summary>
/// <param name="Identification">The users, up to 2000.</param>
internal sealed record IdentifyForm(IReadOnlyList<AmplitudeUserForm> Identification);

/// <summary>A problem with the fields of Amplitude's HTTP V2 API, which are missing when the body is an event in the Export form.</summary>
internal sealed record AmplitudeProblem : Problem
{
    /// <summary>The status again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Code { get; init; }

    /// <summary>What was wrong.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>For each field, the positions of the events without it.</summary>
    [JsonPropertyName("events_with_missing_fields")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? EventsWithMissingFields { get; init; }

    /// <summary>For each field, the positions of the events with an invalid value.</summary>
    [JsonPropertyName("events_with_invalid_fields")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, IReadOnlyList<int>>? EventsWithInvalidFields { get; init; }

    /// <summary>The positions of the events to send again later.</summary>
    [JsonPropertyName("throttled_events")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? ThrottledEvents { get; init; }
}
