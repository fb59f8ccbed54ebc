namespace IterableForwarder.Administration.Documentation;

/// <summary>Documents a request header that an endpoint reads by itself (<c>WithMetadata</c>).</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class HeaderAttribute(string name, string description) : Attribute
{
    public string Name => name;

    public string Description => description;
}
