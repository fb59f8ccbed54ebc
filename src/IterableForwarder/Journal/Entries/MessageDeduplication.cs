using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// Deduplicates messages whose sender may repeat them in other requests: each message has its own key, and all keys of a request
/// are stored with its changes, or none.
/// </summary>
/// <param name="Project">Within what the ids are unique.</param>
/// <param name="All">One for each message, with different keys.</param>
internal sealed record MessageDeduplication(ProjectId Project, IReadOnlyList<MessageKey> All)
{
    /// <summary>How long a repeated message is recognized: a source gives up after hours, and the keys of a day stay small.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);
}

/// <summary>Recognizes one message, and another message under the same id.</summary>
/// <param name="Key">Half of a SHA-256: two of a day's messages will not share it, and there may be many millions of these rows.</param>
/// <param name="Content">A hash of what the message says, stable for ever because databases store it.</param>
internal sealed record MessageKey(byte[] Key, long Content)
{
    private const int KeyBytes = 16;

    /// <summary>Of a message that is accepted: under its id nothing else is.</summary>
    public static MessageKey OfAccepted(string messageId, long content) => new(KeyOf(messageId), content);

    /// <summary>Of a message that is refused: it is kept once, and leaves its id free for another content.</summary>
    public static MessageKey OfRefused(string messageId, long content) => new(KeyOf($"{messageId}\n{content:x16}"), content);

    /// <param name="parts">What makes two messages the same, in a fixed order; where one part ends counts too.</param>
    public static long ContentOf(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var hash = new XxHash3();
        foreach (var part in parts)
        {
            hash.Append(BitConverter.GetBytes(part.Length));
            hash.Append(part.Span);
        }
        return (long)hash.GetCurrentHashAsUInt64();
    }

    private static byte[] KeyOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..KeyBytes];
}

/// <summary>A message whose key was accepted before.</summary>
/// <param name="Position">Among the keys.</param>
/// <param name="IsSame">It says what that one said; false where the id was used for something else.</param>
internal readonly record struct RepeatedMessage(int Position, bool IsSame);
