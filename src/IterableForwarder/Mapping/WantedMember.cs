using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Mapping;

/// <summary>A person who is looked for: whoever carries any of the identifiers is meant. Pure.</summary>
internal sealed class WantedMember
{
    private readonly ReadOnlyMemory<byte> _email;
    private readonly ReadOnlyMemory<byte> _customerId;
    private readonly ReadOnlyMemory<byte> _mpid;

    /// <param name="email">Null where none is known; compared as it would be sent.</param>
    /// <param name="customerId">Null where none is known; compared exactly.</param>
    /// <param name="mpid">Null where none is known; compared exactly.</param>
    public WantedMember(string? email, string? customerId, string? mpid)
    {
        (_email, _customerId, _mpid) = (MemberMapper.NormalizeEmail(Utf8(email)), Utf8(customerId), Utf8(mpid));
        Fingerprints = [.. FingerprintsOf().Distinct()];
    }

    /// <summary>Whoever has none of them is certainly not meant.</summary>
    public ulong[] Fingerprints { get; }

    /// <summary>True where the identifiers themselves are the same, in what the change says or in what it was mapped to.</summary>
    public bool IsIn(in Change change, MappingRule rule) =>
        IsSame(_customerId, change.CustomerId) || IsSame(_mpid, change.Mpid) || (!_email.IsEmpty && IsSame(_email, EmailOf(change, rule)));

    private static ReadOnlyMemory<byte> EmailOf(in Change change, MappingRule rule)
    {
        var email = MemberMapper.NormalizeEmail(change.Email);
        return email.IsEmpty ? MemberMapper.Map(change, rule).Email : email;
    }

    private static bool IsSame(ReadOnlyMemory<byte> wanted, ReadOnlyMemory<byte> given) => !wanted.IsEmpty && wanted.Span.SequenceEqual(given.Span);

    private static ReadOnlyMemory<byte> Utf8(string? text) => Encoding.UTF8.GetBytes(text ?? "");

    private IEnumerable<ulong> FingerprintsOf()
    {
        if (!_email.IsEmpty) yield return MemberFingerprint.OfEmail(_email.Span);
        if (!_customerId.IsEmpty) yield return MemberFingerprint.OfUserId(_customerId.Span);
        if (!_mpid.IsEmpty) yield return MemberFingerprint.OfUserId(_mpid.Span);
    }
}
