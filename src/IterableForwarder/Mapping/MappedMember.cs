namespace IterableForwarder.Mapping;

/// <summary>Who a change is about, in Iterable's terms; or why it is not forwarded.</summary>
internal readonly struct MappedMember
{
    public ReadOnlyMemory<byte> Email { get; init; }

    public ReadOnlyMemory<byte> UserId { get; init; }

    /// <summary>The reason our rules do not forward it, or null when they do.</summary>
    public string? Dropped { get; init; }

    /// <summary>The same identifiers, to the byte.</summary>
    public bool IsSamePairAs(in MappedMember other) =>
        Email.Span.SequenceEqual(other.Email.Span) && UserId.Span.SequenceEqual(other.UserId.Span);
}
