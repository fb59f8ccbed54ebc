namespace IterableForwarder.Http.Documentation;

/// <summary>A setting that has no default: whatever is created has to name it. The rules of the request refuse what lacks it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NeededAttribute : Attribute;

/// <summary>A text that may also be sent as a number, for the documentation.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class OrNumberAttribute : Attribute;
