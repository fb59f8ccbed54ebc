using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Journal;

/// <summary>Tells what has been accepted before. Only the journal's own answer counts in the end: a repetition may just be on its way.</summary>
internal interface IRepeatReader
{
    /// <summary>The answer that was given for this guard; null when there was none yet.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    Acceptance? Find(RepeatGuard guard);

    /// <summary>The messages whose ids have been accepted within their window.</summary>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    IReadOnlyList<RepeatedMessage> Find(MessageGuards messages);
}
