namespace IterableForwarder.Administration.Requests;

/// <summary>A setting that a PUT has to name, so that nothing is reset unseen.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededInPutAttribute : Attribute
{
    /// <summary>True where null is a value of the setting.</summary>
    public bool MayBeNull { get; init; }

    /// <summary>The setting that may be named in its place; null for none.</summary>
    public string? Or { get; init; }
}

/// <summary>
/// The type that shows what the request sets. Fields that only the answer has are ignored in the request, so that an answer can be
/// edited and sent back.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShownAsAttribute(Type answer) : Attribute
{
    public Type Answer => answer;
}
