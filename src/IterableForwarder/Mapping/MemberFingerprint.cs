using System.IO.Hashing;
using System.Text;

namespace IterableForwarder.Mapping;

/// <summary>
/// 64-bit hashes of identifiers, stable for ever because databases store them. They find candidates; whoever acts on a find
/// compares the identifiers themselves, as two people may share a hash.
/// </summary>
internal static class MemberFingerprint
{
    private const long EmailSeed = 1;
    private const long UserIdSeed = 2;
    private const long SourceIdSeed = 3;

    /// <param name="email">Normalised; must not be empty.</param>
    public static ulong OfEmail(ReadOnlySpan<byte> email) => XxHash3.HashToUInt64(email, EmailSeed);

    /// <param name="userId">A customer id or an MPID; must not be empty.</param>
    public static ulong OfUserId(ReadOnlySpan<byte> userId) => XxHash3.HashToUInt64(userId, UserIdSeed);

    /// <param name="sourceId">The source's own id of a message: found by the same index as its members.</param>
    public static ulong OfSourceId(string sourceId) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(sourceId), SourceIdSeed);
}
