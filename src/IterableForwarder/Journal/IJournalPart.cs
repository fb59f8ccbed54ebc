namespace IterableForwarder.Journal;

/// <summary>A part of the journal that has something to read in once the schema stands and before any request is served.</summary>
internal interface IJournalPart
{
    Task LoadAsync(CancellationToken cancellationToken);
}
