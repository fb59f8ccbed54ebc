namespace IterableForwarder.Http.Documentation;

/// <summary>
/// The words a text may be, for the documentation: of a property or a parameter, or of each item of a list. The rules of the request refuse
/// any other.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class OneOfAttribute : Attribute
{
    public OneOfAttribute(Vocabulary vocabulary) => Vocabulary = vocabulary;

    /// <param name="words">Those of a set that only this property has.</param>
    public OneOfAttribute(params string[] words) => Words = words;

    /// <summary>The shared set of words; null where the property has words of its own.</summary>
    public Vocabulary? Vocabulary { get; }

    /// <summary>The words of a property that has its own; empty with a shared set.</summary>
    public IReadOnlyList<string> Words { get; } = [];
}
