using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The messages of Firehose.</summary>
internal enum MessageType
{
    Registration,
    Subscription,
    MembershipChange,
    Events,
    SubjectRequest,
}

/// <summary>A message as far as it has been read.</summary>
/// <param name="limit">How many changes it may bring; null for any number.</param>
internal sealed class FirehoseMessage(ChangeLimit? limit = null)
{
    public ChangeLimit Limit { get; } = limit ?? ChangeLimit.None;

    /// <summary>The word under "type"; null where there is none.</summary>
    public string? TypeWord { get; set; }

    public MessageType? Type => FirehoseWords.TypeOf(TypeWord);

    /// <summary>mParticle's id of the message; null where it has none.</summary>
    public string? Id { get; set; }

    /// <summary>"timestamp_ms": when it happened, in Unix milliseconds.</summary>
    public long? Timestamp { get; set; }

    public Account Account { get; set; } = Account.None;

    /// <summary>What the profiles of a membership change come to.</summary>
    public GatheredChanges Changes { get; } = new(limit ?? ChangeLimit.None);

    /// <summary>The audience that a subscription is about.</summary>
    public Audience Audience { get; set; }

    /// <summary>Whom events are about.</summary>
    public Identities Identities { get; set; }

    /// <summary>The type of each event, as it was given; null for one without.</summary>
    public List<string?> Events { get; } = [];

    /// <summary>What a data subject asks for.</summary>
    public string? SubjectRequest { get; set; }
}

/// <summary>The words of Firehose for its messages and their responses.</summary>
internal static class FirehoseWords
{
    private static readonly Dictionary<string, MessageType> Types = new(StringComparer.Ordinal)
    {
        ["module_registration_request"] = MessageType.Registration,
        ["audience_subscription_request"] = MessageType.Subscription,
        ["audience_membership_change_request"] = MessageType.MembershipChange,
        ["event_processing_request"] = MessageType.Events,
        ["dsr_processing_request"] = MessageType.SubjectRequest,
    };

    public static string Allowed { get; } = string.Join(", ", Types.Keys);

    public static MessageType? TypeOf(string? word) => word is not null && Types.TryGetValue(word, out var type) ? type : null;

    public static string ResponseTo(MessageType type) => type switch
    {
        MessageType.Registration => "module_registration_response",
        MessageType.Subscription => "audience_subscription_response",
        MessageType.MembershipChange => "audience_membership_change_response",
        MessageType.Events => "event_processing_response",
        MessageType.SubjectRequest => "dsr_processing_response",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Unknown type of message"),
    };
}
