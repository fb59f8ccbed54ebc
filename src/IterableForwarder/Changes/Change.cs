namespace IterableForwarder.Changes;

/// <summary>What a change asks for.</summary>
internal enum ChangeAction : byte
{
    Add = 0,
    Remove = 1,

    /// <summary>Something a source may say that is not forwarded; kept for the account.</summary>
    Unsupported = 2,

    /// <summary>Neither entered nor left, though a source spoke of a membership; kept for the account.</summary>
    BadMembership = 3,
}

/// <summary>
/// An add or a remove of one member, as a source said it: UTF-8 that has not been mapped yet. An empty value is a missing one.
/// </summary>
internal readonly struct Change
{
    public ChangeAction Action { get; init; }

    public ReadOnlyMemory<byte> Email { get; init; }

    public ReadOnlyMemory<byte> CustomerId { get; init; }

    public ReadOnlyMemory<byte> Mpid { get; init; }

    /// <summary>A JSON object, or empty.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>True when an e-mail came only as a hash, which Iterable cannot use.</summary>
    public bool HashedEmail { get; init; }

    /// <summary>When it happened by the source's clock, in Unix milliseconds; null where the source did not say.</summary>
    public long? OccurredAt { get; init; }
}
