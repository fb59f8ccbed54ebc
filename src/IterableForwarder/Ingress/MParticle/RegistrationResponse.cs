using System.Reflection;
using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Ingress.Body;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>module_registration_response: what this module can do and which settings it asks for.</summary>
internal sealed record RegistrationResponse
{
    private static readonly Assembly Build = typeof(RegistrationResponse).Assembly;

    [OneOf("module_registration_response")]
    public string Type { get; } = FirehoseWords.ResponseTo(MessageType.Registration);

    public required string Id { get; init; }

    [JsonPropertyName("timestamp_ms")]
    public required long TimestampMs { get; init; }

    [JsonPropertyName("firehose_version")]
    public string FirehoseVersion { get; } = FirehoseResponse.Version;

    public string Name { get; } = Build.GetName().Name!;

    public string Version { get; } = Build.GetName().Version!.ToString(3);

    [JsonPropertyName("sdk_version")]
    public string SdkVersion { get; } = FirehoseResponse.Version;

    /// <summary>Under 230 characters.</summary>
    public string Description { get; } = Build.GetCustomAttribute<AssemblyDescriptionAttribute>()!.Description;

    public Permissions Permissions { get; } = new([new("email", "raw", false), new("customer", "raw", false)], AllowAccessMpid: true);

    [JsonPropertyName("audience_processing_registration")]
    public AudienceRegistration AudienceProcessingRegistration { get; } = new(
        [
            new("text", "apiKey", "API Key") { Confidential = true, Description = "A server-side key of the Iterable project." },
            new("text", "userIdField", "User ID")
            {
                DefaultValue = "customerId",
                Description = "What becomes the user id in Iterable: customerId or mpid. With mpid, users without an e-mail get a placeholder address.",
            },
        ],
        [new("integer", "listId", "List ID") { Description = "The Iterable list that the audience feeds." }],
        // as many as one call to Iterable takes, or what came in the shortest time that mParticle waits
        new(1000, 1));

    /// <summary>With 200, the one response that is not "accepted and queued".</summary>
    public static JsonHttpResult<RegistrationResponse> To(FirehoseMessage message, DateTimeOffset now) => TypedResults.Json(
        new RegistrationResponse { Id = message.Id ?? Guid.CreateVersion7(now).ToString(), TimestampMs = now.ToUnixTimeMilliseconds() },
        FirehoseJson.Default.RegistrationResponse,
        MediaTypes.Json,
        StatusCodes.Status200OK);
}

/// <summary>What of a user the module may see.</summary>
internal sealed record Permissions(
    [property: JsonPropertyName("user_identities")] IReadOnlyList<IdentityPermission> UserIdentities,
    [property: JsonPropertyName("allow_access_mpid")] bool AllowAccessMpid);

/// <summary>An identity the module reads.</summary>
internal sealed record IdentityPermission(string Type, string Encoding, bool Required);

/// <summary>That audiences are taken, and the settings asked for.</summary>
internal sealed record AudienceRegistration(
    [property: JsonPropertyName("account_settings")] IReadOnlyList<Setting> AccountSettings,
    [property: JsonPropertyName("audience_subscription_settings")] IReadOnlyList<Setting> AudienceSubscriptionSettings,
    [property: JsonPropertyName("bulk_configuration")] BulkConfiguration BulkConfiguration);

/// <summary>How much mParticle may gather before it sends.</summary>
internal sealed record BulkConfiguration(
    [property: JsonPropertyName("bulk_forward_wait_for_messages")] int BulkForwardWaitForMessages,
    [property: JsonPropertyName("bulk_forward_wait_in_minutes")] int BulkForwardWaitInMinutes);

/// <summary>A setting that a customer fills in at mParticle.</summary>
internal sealed record Setting(string Type, string Id, string Name)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Description { get; init; }

    [JsonPropertyName("default_value")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DefaultValue { get; init; }

    public bool Required { get; init; } = true;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Confidential { get; init; }

    public bool Visible { get; init; } = true;
}
