namespace IterableForwarder.Journal.Limits;

/// <summary>
/// The room that a request has reserved while it is being accepted. It ends once, by the commit or by giving up, whichever comes first:
/// the writer commits on its own thread, and may find out about a commit after the request was told that it failed.
/// </summary>
internal sealed class Reservation(PendingCounts counts, AcceptedChanges changes) : IDisposable
{
    private int _hasEnded;

    /// <summary>The changes are on disk.</summary>
    public void Commit() => counts.Accept(changes, areReserved: TryEnd());

    /// <summary>Gives the room back, unless the changes were committed.</summary>
    public void Dispose()
    {
        if (TryEnd()) counts.Release(changes);
    }

    private bool TryEnd() => Interlocked.Exchange(ref _hasEnded, 1) == 0;
}
