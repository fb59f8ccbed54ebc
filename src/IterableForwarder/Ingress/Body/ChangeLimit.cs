namespace IterableForwarder.Ingress.Body;

/// <summary>How many changes one request may bring.</summary>
/// <param name="Max">At most so many.</param>
/// <param name="Setting">Says so, for the refusal.</param>
internal sealed record ChangeLimit(int Max, string Setting)
{
    /// <summary>
    /// How many times longer than its JSON the identifiers of a profile may become, which are stored with each of its changes. An audience or an
    /// operation that is named as sources name it is longer than a fifth of any identifiers.
    /// </summary>
    private const int MaxRepetition = 5;

    public static ChangeLimit None { get; } = new(int.MaxValue, "");

    /// <summary>Of a request of a source.</summary>
    public static ChangeLimit OfMessage(IngestOptions options) => new(options.MaxChangesPerMessage, "Ingest:MaxChangesPerMessage");

    /// <summary>Of a preview.</summary>
    public static ChangeLimit OfPreview(IngestOptions options) => new(options.MaxPreviewChanges, "Ingest:MaxPreviewChanges");

    /// <exception cref="BodyTooLargeException">There are more.</exception>
    public void Check(long changes)
    {
        if (changes > Max)
            throw new BodyTooLargeException($"The body has more than {Max} changes, one for each member and audience ({Setting}). Nothing was accepted. Send it in parts.");
    }

    /// <summary>Limits what a profile comes to that is short and is about many audiences.</summary>
    /// <param name="changes">How many it comes to.</param>
    /// <param name="identifierBytes">Stored with each of them.</param>
    /// <param name="profileBytes">The length of its JSON.</param>
    /// <exception cref="BodyTooLargeException">It would be stored many times its length.</exception>
    public static void CheckRepetition(long changes, long identifierBytes, long profileBytes)
    {
        // the identifiers of a few changes are stored a few times at most
        if (changes > MaxRepetition && changes * identifierBytes > MaxRepetition * profileBytes)
            throw new BodyTooLargeException($"A profile of {profileBytes} bytes has {changes} changes: its identifiers would be stored more than {MaxRepetition} times its length. Nothing was accepted. Send it in parts.");
    }
}
