namespace IterableForwarder.Mapping;

/// <summary>An identifier of a member: found by its fingerprint, compared by its bytes.</summary>
internal readonly struct Identifier(ulong fingerprint, ReadOnlyMemory<byte> value) : IEquatable<Identifier>
{
    private readonly ReadOnlyMemory<byte> _value = value;

    public ulong Fingerprint => fingerprint;

    /// <summary>Copies the value, so that the identifier does not keep the memory of a whole entry.</summary>
    public Identifier Copy() => new(Fingerprint, _value.ToArray());

    public bool Equals(Identifier other) => Fingerprint == other.Fingerprint && _value.Span.SequenceEqual(other._value.Span);

    public override bool Equals(object? obj) => obj is Identifier other && Equals(other);

    public override int GetHashCode() => Fingerprint.GetHashCode();
}
