using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Ingress.Segment;

/// <summary>An event of Segment's, as far as this service reads it; other fields are ignored.</summary>
/// <param name="Type"><c>identify</c> or <c>track</c>; others are about no audience.</param>
/// <param name="Event">The name of a track event.</param>
/// <param name="UserId">Who it is about.</param>
/// <param name="AnonymousId">Who it is about, before Segment knows.</param>
/// <param name="MessageId">Done once within 24 hours.</param>
/// <param name="Timestamp">When it happened.</param>
/// <param name="Traits">Of an identify event: the membership under the audience's key, and what else is known.</param>
/// <param name="Properties">Of a track event: the membership under the audience's key, and what else is known.</param>
/// <param name="Context">Which audience it is about.</param>
internal sealed record SegmentForm(
    string Type,
    string? Event = null,
    [property: OrNumber] string? UserId = null,
    string? AnonymousId = null,
    string? MessageId = null,
    string? Timestamp = null,
    IReadOnlyDictionary<string, JsonElement>? Traits = null,
    IReadOnlyDictionary<string, JsonElement>? Properties = null,
    SegmentContextForm? Context = null);

/// <summary>Several events in one object.</summary>
/// <param name="Batch">The events, up to 4000.</param>
internal sealed record SegmentBatchForm(IReadOnlyList<SegmentForm> Batch);

/// <summary>Where an event comes from.</summary>
/// <param name="Personas">The audience; an event without it is ignored.</param>
/// <param name="Traits">What is known of the user.</param>
internal sealed record SegmentContextForm(PersonasForm? Personas = null, IReadOnlyDictionary<string, JsonElement>? Traits = null);

/// <summary>The audience of an event.</summary>
/// <param name="ComputationKey">Its key, under which the membership stands.</param>
/// <param name="ComputationClass"><c>audience</c>, as by default, or <c>journey_step</c>; others are ignored.</param>
/// <param name="ExternalAudienceId">The id of the Iterable list.</param>
/// <param name="AudienceSettings">How the change is sent.</param>
internal sealed record PersonasForm(
    [property: JsonPropertyName("computation_key")] string? ComputationKey = null,
    [property: JsonPropertyName("computation_class")] string? ComputationClass = null,
    [property: JsonPropertyName("external_audience_id"), OrNumber] string? ExternalAudienceId = null,
    [property: JsonPropertyName("audience_settings")] AudienceSettingsForm? AudienceSettings = null);

/// <summary>How a change is sent.</summary>
/// <param name="UpdateExistingUsersOnly">Adds only those that Iterable already knows.</param>
/// <param name="CampaignId">The campaign that removals are attributed to.</param>
/// <param name="GlobalUnsubscribe">The same as <c>channelUnsubscribe</c>.</param>
/// <param name="ChannelUnsubscribe">Removals also unsubscribe from the list's channel.</param>
internal sealed record AudienceSettingsForm(
    bool? UpdateExistingUsersOnly = null, long? CampaignId = null, bool? GlobalUnsubscribe = null, bool? ChannelUnsubscribe = null);
