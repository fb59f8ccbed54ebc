using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// Keeps messages from being done twice whose requests may come again cut in another way: each message has its own guard, and all
/// of a request are set with what it brings, or none.
/// </summary>
/// <param name="Project">Within what the ids are unique.</param>
/// <param name="All">One for each message, with different keys.</param>
internal sealed record MessageGuards(ProjectId Project, IReadOnlyList<MessageGuard> All)
{
    /// <summary>How long a message is known again: a source that tries for hours has long given up, and a day of guards stays small.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);
}

/// <summary>Keeps one message from being done twice, and knows another one under the same id.</summary>
/// <param name="Key">Half of a SHA-256: two of a day's messages will not share it, and there may be many millions of these rows.</param>
/// <param name="Content">A hash of what the message says, stable for ever since it stands in databases.</param>
internal sealed record MessageGuard(byte[] Key, long Content)
{
    private const int KeyBytes = 16;

    /// <summary>Of a message that is accepted: under its id nothing else is.</summary>
    public static MessageGuard OfAccepted(string messageId, long content) => new(KeyOf(messageId), content);

    /// <summary>Of a message that is refused: it is kept once, and leaves its id free for another content.</summary>
    public static MessageGuard OfRefused(string messageId, long content) => new(KeyOf($"{messageId}\n{content:x16}"), content);

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
/// <param name="Position">Among the guards.</param>
/// <param name="IsSame">It says what that one said; false where the id was used for something else.</param>
internal readonly record struct RepeatedMessage(int Position, bool IsSame);
