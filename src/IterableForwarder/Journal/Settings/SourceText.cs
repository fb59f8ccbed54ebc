namespace IterableForwarder.Journal.Settings;

/// <summary>The contract's words for the sources; the same stand in the database.</summary>
internal static class SourceText
{
    public static string ToText(this Source source) => source switch
    {
        Source.Members => "members",
        Source.MParticle => "mparticle",
        Source.Segment => "segment",
        Source.Amplitude => "amplitude",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, "Unknown source"),
    };

    public static bool TryParse(string? text, out Source source)
    {
        (var known, source) = text switch
        {
            "members" => (true, Source.Members),
            "mparticle" => (true, Source.MParticle),
            "segment" => (true, Source.Segment),
            "amplitude" => (true, Source.Amplitude),
            _ => (false, default),
        };
        return known;
    }
}
