using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>An identifier of a member: found by its fingerprint, compared by its bytes.</summary>
internal readonly struct Identifier(ulong fingerprint, ReadOnlyMemory<byte> value) : IEquatable<Identifier>
{
    private readonly ReadOnlyMemory<byte> _value = value;

    public ulong Fingerprint => fingerprint;

    /// <summary>Those of a member after mapping; none of one that is dropped.</summary>
    public static IEnumerable<Identifier> Of(MappedMember member)
    {
        if (member.Dropped is not null) yield break;
        if (!member.Email.IsEmpty) yield return new(MemberFingerprint.OfEmail(member.Email.Span), member.Email);
        if (!member.UserId.IsEmpty) yield return new(MemberFingerprint.OfUserId(member.UserId.Span), member.UserId);
    }

    /// <summary>With memory of its own, so that it does not keep that of a whole entry.</summary>
    public Identifier Copy() => new(Fingerprint, _value.ToArray());

    public bool Equals(Identifier other) => Fingerprint == other.Fingerprint && _value.Span.SequenceEqual(other._value.Span);

    public override bool Equals(object? obj) => obj is Identifier other && Equals(other);

    public override int GetHashCode() => Fingerprint.GetHashCode();
}
