using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http.Documentation;
using Microsoft.AspNetCore.Http.HttpResults;

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
/// <param name="ComputationKey">Its key, under which the event has the membership.</param>
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

/// <summary>The outcomes of the events of a request.</summary>
/// <param name="Accepted">They are on disk, now or since they came before, and will be delivered.</param>
/// <param name="Ignored">They are about no audience: they have no <c>context.personas.computation_key</c>, or a <c>computation_class</c> other than <c>audience</c> and <c>journey_step</c>.</param>
/// <param name="Refused">They are about an audience and cannot be delivered: kept, and shown as dropped. Or they are no events: not kept.</param>
internal sealed record SegmentResponse(int Accepted, int Ignored, IReadOnlyList<RefusedEvent> Refused);

/// <summary>An event that cannot be delivered.</summary>
/// <param name="Index">Its position in the array; 0 for a single event.</param>
/// <param name="MessageId">Null where it has none.</param>
/// <param name="Reason">
/// <c>badMembership</c> (neither true nor false), <c>noIdentifier</c> (the project's type needs one that is missing), <c>messageIdReused</c>
/// (the id was accepted for another event within 24 hours), <c>tooManyLists</c> or <c>tooManyAudiences</c> (beyond a limit of the service) or <c>notAnEvent</c> (it has no <c>type</c>, or is not JSON; it is not kept).
/// </param>
internal sealed record RefusedEvent(
    int Index,
    string? MessageId,
    [property: OneOf(Reasons.BadMembership, Reasons.NoIdentifier, Reasons.MessageIdReused, Reasons.TooManyLists, Reasons.TooManyAudiences, RefusedEvent.NotAnEvent)] string Reason)
{
    public const string NotAnEvent = "notAnEvent";
}

/// <summary>The list that Segment asks for, by one of the two. Other fields are ignored.</summary>
/// <param name="AudienceName">The list of exactly this name is used, or created.</param>
/// <param name="ExternalId">The id of a list that was answered before.</param>
internal sealed record AudienceRequest(string? AudienceName = null, string? ExternalId = null);

/// <summary>The list of an audience, by the id under which Segment names it in the audience's events.</summary>
/// <param name="ExternalId">The id of the Iterable list.</param>
internal sealed record SegmentAudience(string ExternalId)
{
    public static Ok<SegmentAudience> ResponseTo(long listId) => TypedResults.Ok(new SegmentAudience(listId.ToString(CultureInfo.InvariantCulture)));

    /// <summary>An error that Iterable did not report, such as a name of several lists, is not worth a retry.</summary>
    public static ProblemHttpResult Refuse(ListError error) => error.Kind is null && error.Code != ListError.NotShownYet
        ? TypedResults.Problem(error.Message, statusCode: StatusCodes.Status409Conflict)
        : TypedResults.Problem($"{error.Code}: {error.Message}", statusCode: StatusCodes.Status502BadGateway, title: "Iterable did not find or create the list.");
}
