namespace Iterable.Sandbox.Identity;

/// <summary>One member as sent: slices of the request's body, not to be kept beyond it.</summary>
internal struct MemberInput
{
    /// <summary>Lower-case; null when left out.</summary>
    public ReadOnlyMemory<byte>? Email;

    /// <summary>Null when left out.</summary>
    public ReadOnlyMemory<byte>? UserId;

    /// <summary>A JSON object, or empty for none.</summary>
    public ReadOnlyMemory<byte> DataFields;

    public bool PreferUserId;
    public bool MergeNestedObjects;

    /// <summary>Set by the check of fields: a name or value that no field takes.</summary>
    public bool HasInvalidData;
}
