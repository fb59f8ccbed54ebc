using System.Text.Json.Serialization;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The answer to any message but a registration.</summary>
internal sealed record FirehoseAnswer
{
    public const string Version = "3.2.0";

    /// <summary>The type of the request, with <c>_response</c> for <c>_request</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The id of the request, or a new one where it had none.</summary>
    public required string Id { get; init; }

    public required long TimestampMs { get; init; }

    public string FirehoseVersion { get; init; } = Version;

    /// <summary>True where mParticle should send no more until a person resumes it. Only in the answer to a membership change.</summary>
    public bool? SuspendSubscription { get; init; }
}

/// <summary>What mParticle may be sent, in its spelling; what is null is left out.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FirehoseAnswer))]
[JsonSerializable(typeof(RegistrationAnswer))]
internal sealed partial class FirehoseJson : JsonSerializerContext;
