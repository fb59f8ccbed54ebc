using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Ownership;

/// <summary>The right to send for a project, as long as it lasts.</summary>
internal sealed class Claim
{
    private readonly Func<FeedId, TimeSpan> _waitFor;
    private long _maySendUntil = long.MaxValue;

    /// <param name="token">Identifies this claim.</param>
    /// <param name="waitFor">How long calls of an owner before may still land for a connection.</param>
    /// <param name="lost">Cancelled once the project is not owned any more.</param>
    public Claim(Guid token, Func<FeedId, TimeSpan> waitFor, CancellationToken lost)
    {
        (Token, Lost) = (token, lost);
        _waitFor = waitFor;
    }

    /// <summary>A new one for every owner: what an earlier owner writes late carries another token and is refused.</summary>
    public Guid Token { get; }

    /// <summary>
    /// Until when a call may begin, as a timestamp of the monotonic clock (<see cref="TimeProvider.GetTimestamp"/>); the end of time where
    /// nobody else can become the owner. It moves on for as long as the owner is known to be alive.
    /// </summary>
    public long MaySendUntil
    {
        get => Volatile.Read(ref _maySendUntil);
        set => Volatile.Write(ref _maySendUntil, value);
    }

    /// <summary>Cancelled once the project is not owned any more: nothing may be sent or settled under this claim.</summary>
    public CancellationToken Lost { get; }

    /// <summary>How long nothing may be sent for the connection yet, as a call of the owner before may still land; zero when none may.</summary>
    public TimeSpan WaitFor(FeedId feed) => _waitFor(feed);
}
