namespace IterableForwarder.Http.Documentation;

/// <summary>A text that may also be sent as a number, for the documentation.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class OrNumberAttribute : Attribute;
