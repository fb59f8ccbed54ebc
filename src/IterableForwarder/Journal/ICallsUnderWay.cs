using IterableForwarder.Changes;

namespace IterableForwarder.Journal;

/// <summary>
/// Remembers, past the end of the process, which feeds have calls to Iterable under way and until when these may still land:
/// the process that comes after must not send for them before. It survives the death of the process; it need not survive that of
/// the machine, which takes longer to start again than a call may take.
/// </summary>
internal interface ICallsUnderWay
{
    /// <summary>A call is about to be made for the feed.</summary>
    ICallUnderWay Begin(FeedId feed);

    /// <summary>How long a call that the process before had under way for the feed may still land; zero when there is none.</summary>
    TimeSpan LeftFromBefore(FeedId feed);
}

/// <summary>One call under way.</summary>
internal interface ICallUnderWay
{
    /// <summary>An attempt goes out now, and may land within so much time.</summary>
    void Attempt(TimeSpan mayTake);

    /// <summary>The attempt has been answered; another may follow.</summary>
    void Answered();

    /// <summary>Nothing of the call will land any more, and no attempt follows. Not for a call that is cut off: it may still land.</summary>
    void End();
}
