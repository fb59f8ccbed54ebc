using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// Keeps messages from being done twice whose requests may come again cut in another way: each message has its own guard, and all
/// of a request are set with what it brings, or none.
/// </summary>
/// <param name="Project">Within what the ids are unique.</param>
/// <param name="Keys">One for each message, all different; by <see cref="KeyOf"/>.</param>
internal sealed record MessageGuards(ProjectId Project, IReadOnlyList<byte[]> Keys)
{
    /// <summary>How long a message is known again: a source that tries for hours has long given up, and a day of guards stays small.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Half of a SHA-256: two of a day's messages will not share it, and there may be many millions of these rows.</summary>
    private const int KeyBytes = 16;

    public static byte[] KeyOf(string messageId) => SHA256.HashData(Encoding.UTF8.GetBytes(messageId))[..KeyBytes];
}
