using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>What a dispatcher is told. Its loop takes the messages one after the other.</summary>
internal abstract record DispatchMessage
{
    private DispatchMessage()
    {
    }

    /// <summary>Something was accepted for a feed.</summary>
    public sealed record Accepted(AcceptedBatch Batch) : DispatchMessage;

    /// <summary>There may be something in the journal for a feed, from before.</summary>
    public sealed record BacklogFound(FeedId Feed) : DispatchMessage;

    /// <summary>What a feed owes, list by list.</summary>
    /// <param name="Feed">The feed.</param>
    /// <param name="Lists">Null where the journal cannot be read now.</param>
    public sealed record ListsFound(FeedId Feed, IReadOnlyList<PendingOfList>? Lists) : DispatchMessage;

    /// <summary>A setting or a state may have changed.</summary>
    public sealed record SettingsChanged : DispatchMessage
    {
        public static SettingsChanged Instance { get; } = new();
    }

    /// <summary>An operator wants what waits to be tried at once.</summary>
    /// <param name="Feeds">What waits; null for all of the project.</param>
    public sealed record Resumed(IReadOnlyCollection<FeedId>? Feeds) : DispatchMessage;

    /// <summary>Entries were read for a queue.</summary>
    /// <param name="Queue">The queue.</param>
    /// <param name="AnnouncedBefore">What had been announced for it when reading began.</param>
    /// <param name="Slice">What was read; null where the journal cannot be read now.</param>
    public sealed record Loaded(DeliveryQueue Queue, long AnnouncedBefore, LoadedSlice? Slice) : DispatchMessage;

    /// <summary>A call is over.</summary>
    /// <param name="Call">The call.</param>
    /// <param name="Sent">Its answer; null where it was cut off because the service stops.</param>
    /// <param name="Failure">Why it could not be put together.</param>
    public sealed record CallEnded(OutgoingCall Call, SentCall? Sent, EntryFailedException? Failure) : DispatchMessage;

    /// <summary>The list of a name was found or created, or not.</summary>
    /// <param name="Queue">The queue that waits for it.</param>
    /// <param name="Project">As it was then.</param>
    /// <param name="StartedAt">When Iterable was first asked.</param>
    /// <param name="List">Null where the service stops.</param>
    public sealed record ListResolved(DeliveryQueue Queue, Project Project, DateTimeOffset StartedAt, ResolvedList? List) : DispatchMessage;

    /// <summary>What became of changes is on disk.</summary>
    /// <param name="Queue">Whose they are.</param>
    /// <param name="Changes">How many.</param>
    /// <param name="Nodes">Members of a call: those that waited for them may go now.</param>
    public sealed record Written(DeliveryQueue Queue, int Changes, IReadOnlyList<MemberNode> Nodes) : DispatchMessage;

    /// <summary>Something wants a feed to itself, with nothing in flight.</summary>
    public sealed record OperationAsked(FeedId Feed, PendingOperation Operation) : DispatchMessage;

    /// <summary>It is done.</summary>
    public sealed record OperationEnded(FeedId Feed) : DispatchMessage;

    /// <summary>Something that nothing goes on without has failed.</summary>
    public sealed record Failed(Exception Exception) : DispatchMessage;
}
