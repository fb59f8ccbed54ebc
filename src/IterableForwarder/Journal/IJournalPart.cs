namespace IterableForwarder.Journal;

/// <summary>A part of the journal that has something to read in once the schema is current and before any request is served.</summary>
internal interface IJournalPart
{
    Task LoadAsync(CancellationToken cancellationToken);
}
