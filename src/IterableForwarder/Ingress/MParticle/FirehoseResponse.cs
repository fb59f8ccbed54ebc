using System.Text.Json.Serialization;
using IterableForwarder.Http.Documentation;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The response to any message but a registration.</summary>
internal sealed record FirehoseResponse
{
    public const string Version = "3.2.0";

    /// <summary>The type of the request, with <c>_response</c> for <c>_request</c>.</summary>
    [OneOf("audience_subscription_response", "audience_membership_change_response", "event_processing_response", "dsr_processing_response")]
    public required string Type { get; init; }

    /// <summary>The id of the request, or a new one where it had none.</summary>
    public required string Id { get; init; }

    [JsonPropertyName("timestamp_ms")]
    public required long TimestampMs { get; init; }

    [JsonPropertyName("firehose_version")]
    public string FirehoseVersion { get; init; } = Version;

    /// <summary>True where mParticle should send no more until a person resumes it. Only in the response to a membership change.</summary>
    [JsonPropertyName("suspend_subscription")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? SuspendSubscription { get; init; }
}

/// <summary>What mParticle may be sent. Its spelling is beside each property, where the documentation finds it too.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FirehoseResponse))]
[JsonSerializable(typeof(RegistrationResponse))]
internal sealed partial class FirehoseJson : JsonSerializerContext;
