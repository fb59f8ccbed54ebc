using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A message of mParticle's Firehose, as far as this service reads it; other fields are ignored.</summary>
/// <param name="Type">What kind of message it is.</param>
/// <param name="Id">A message with an id that was accepted before is answered again and not done twice.</param>
/// <param name="TimestampMs">When it was sent, in Unix milliseconds.</param>
/// <param name="FirehoseVersion">The version of the protocol.</param>
/// <param name="Account">Required for every type but a registration.</param>
/// <param name="UserProfiles">Of a membership change: who entered or left.</param>
/// <param name="AudienceId">Of a subscription: the audience.</param>
/// <param name="AudienceName">Of a subscription: what the audience is called.</param>
/// <param name="AudienceSubscriptionSettings">Of a subscription: where the audience goes.</param>
/// <param name="Action">Of a subscription: what happened to it.</param>
internal sealed record FirehoseForm(
    [property: OneOf(
        "module_registration_request", "audience_subscription_request", "audience_membership_change_request", "event_processing_request", "dsr_processing_request")]
    string Type,
    string? Id = null,
    [property: JsonPropertyName("timestamp_ms")] long? TimestampMs = null,
    [property: JsonPropertyName("firehose_version")] string? FirehoseVersion = null,
    AccountForm? Account = null,
    [property: JsonPropertyName("user_profiles")] IReadOnlyList<ProfileForm>? UserProfiles = null,
    [property: JsonPropertyName("audience_id"), OrNumber] string? AudienceId = null,
    [property: JsonPropertyName("audience_name")] string? AudienceName = null,
    [property: JsonPropertyName("audience_subscription_settings")] SubscriptionForm? AudienceSubscriptionSettings = null,
    string? Action = null);

/// <summary>An mParticle account's connection to Iterable.</summary>
/// <param name="AccountId">Of mParticle.</param>
/// <param name="AccountSettings">The settings that a customer entered in mParticle.</param>
internal sealed record AccountForm(
    [property: JsonPropertyName("account_id"), OrNumber] string? AccountId = null,
    [property: JsonPropertyName("account_settings")] AccountSettingsForm? AccountSettings = null);

/// <summary>The settings that a customer entered in mParticle.</summary>
/// <param name="ApiKey">A server-side key of the Iterable project.</param>
/// <param name="UserIdField">What becomes the user id in Iterable; the project's rule by default.</param>
internal sealed record AccountSettingsForm(string ApiKey, [property: OneOf(Vocabulary.IdentityRules)] string? UserIdField = null);

/// <summary>A user and the audiences that the user entered or left.</summary>
/// <param name="Mpid">mParticle's id.</param>
/// <param name="UserIdentities">Who the user is elsewhere.</param>
/// <param name="Audiences">The audiences.</param>
internal sealed record ProfileForm(
    [property: OrNumber] string? Mpid = null,
    [property: JsonPropertyName("user_identities")] IReadOnlyList<IdentityForm>? UserIdentities = null,
    IReadOnlyList<AudienceForm>? Audiences = null);

/// <summary>An identity of a user.</summary>
/// <param name="Type"><c>email</c> and <c>customer</c> are read.</param>
/// <param name="Encoding">Anything but <c>raw</c> counts as hashed.</param>
/// <param name="Value">The identity.</param>
internal sealed record IdentityForm(string Type, string? Encoding = null, string? Value = null);

/// <summary>An audience that a user entered or left.</summary>
/// <param name="AudienceId">The audience.</param>
/// <param name="AudienceName">What it is called.</param>
/// <param name="AudienceSubscriptionSettings">Where it goes.</param>
/// <param name="Action">What the user did.</param>
internal sealed record AudienceForm(
    [property: JsonPropertyName("audience_id"), OrNumber] string? AudienceId = null,
    [property: JsonPropertyName("audience_name")] string? AudienceName = null,
    [property: JsonPropertyName("audience_subscription_settings")] SubscriptionForm? AudienceSubscriptionSettings = null,
    string? Action = null);

/// <summary>Where an audience goes.</summary>
/// <param name="ListId">The Iterable list.</param>
internal sealed record SubscriptionForm([property: OrNumber] string? ListId = null);
