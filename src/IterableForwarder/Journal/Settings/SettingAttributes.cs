namespace IterableForwarder.Journal.Settings;

/// <summary>A setting without a default: a request that creates something has to name it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededAttribute : Attribute;

/// <summary>A setting that a PUT has to name, so that nothing is reset unseen.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededInPutAttribute : Attribute
{
    /// <summary>True where null is a value of the setting.</summary>
    public bool MayBeNull { get; init; }

    /// <summary>The setting that may be named in its place; null for none.</summary>
    public string? Or { get; init; }
}
