using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>
/// The users of a message as they are met, in a compact form: whether they entered or left, and whose they are, may come behind
/// them, so they become changes only when the message is known whole. The limit of the body bounds it.
/// </summary>
/// <param name="limit">How many there may be.</param>
internal sealed class GatheredUsers(ChangeLimit limit)
{
    private readonly ArrayBufferWriter<byte> _encoded = new();

    public int Count { get; private set; }

    /// <summary>Bytes of memory that they take.</summary>
    public long Bytes => _encoded.Capacity;

    /// <param name="user">Copied; its action and time do not count.</param>
    /// <exception cref="BodyTooLargeException">The message has more users than one may have.</exception>
    public void Add(in Change user)
    {
        limit.Check(Count + 1L);
        ChangeCodec.Write(_encoded, user);
        Count++;
    }

    /// <summary>Tells messages apart that come under one id.</summary>
    public ReadOnlySpan<byte> Encoded => _encoded.WrittenSpan;

    /// <summary>All users in their order, each with the action and time they share. Attributes are sent with adds alone.</summary>
    /// <param name="action">Whether they entered or left.</param>
    /// <param name="occurredAt">When, in Unix milliseconds.</param>
    /// <param name="identifiers">Where the connection says they are.</param>
    /// <param name="withAttributes">Whether the connection maps any.</param>
    public IEnumerable<Change> All(ChangeAction action, long? occurredAt, CohortIdentifiers identifiers, bool withAttributes)
    {
        var offset = 0;
        for (var i = 0; i < Count; i++)
        {
            var user = identifiers.ApplyTo(ChangeCodec.Read(_encoded.WrittenMemory, ref offset));
            yield return user with
            {
                Action = action,
                Attributes = withAttributes && action == ChangeAction.Add && IsReadable(user.Attributes) ? user.Attributes : default,
                OccurredAt = occurredAt,
            };
        }
    }

    /// <summary>What is stored is read again on the way out. Properties that cannot be are left out, and their user is not.</summary>
    private static bool IsReadable(ReadOnlyMemory<byte> json)
    {
        if (json.IsEmpty || json.Length > ValueLimits.Change || !Utf8.IsValid(json.Span)) return false;
        var reader = JsonValues.ReaderOf(json);
        do
        {
            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            if (isText && reader.ValueIsEscaped && JsonValues.TextOrNull(ref reader) is null) return false;
        }
        while (reader.Read());
        return true;
    }
}
