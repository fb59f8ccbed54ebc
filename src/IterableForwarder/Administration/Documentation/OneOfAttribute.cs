namespace IterableForwarder.Administration.Documentation;

/// <summary>The words a text may be, for the documentation. The rules of the request refuse any other.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OneOfAttribute(params string[] words) : Attribute
{
    public IReadOnlyList<string> Words => words;
}
