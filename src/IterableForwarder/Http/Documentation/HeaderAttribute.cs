namespace IterableForwarder.Http.Documentation;

/// <summary>Documents a request header that an endpoint reads by itself (<c>WithMetadata</c>).</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class HeaderAttribute(string name, string description) : Attribute
{
    public string Name => name;

    public string Description => description;
}

/// <summary>Documents a query parameter that an endpoint reads by itself (<c>WithMetadata</c>).</summary>
/// <param name="name">Its name.</param>
/// <param name="words">The values it may have.</param>
/// <param name="description">What it does.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class QueryAttribute(string name, Vocabulary words, string description) : Attribute
{
    public string Name => name;

    public Vocabulary Words => words;

    public string Description => description;
}
