namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// The words a text may be, for the documentation: of a property or a parameter, or of each item of a list. The rules of the request refuse
/// any other.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class OneOfAttribute : Attribute
{
    public OneOfAttribute(Vocabulary vocabulary) => Words = Vocabularies.WordsOf(vocabulary);

    /// <param name="words">Those of a set that only this property has.</param>
    public OneOfAttribute(params string[] words) => Words = words;

    public IReadOnlyList<string> Words { get; }
}
