using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery;

/// <summary>What Iterable's answers have taught of one connection. It outlasts the lane, which goes whenever there is nothing to send.</summary>
internal sealed class Learned
{
    private readonly Dictionary<(long List, ChangeAction Action), (string? Words, int Members)> _refusedInARow = [];

    /// <summary>Members that one call may carry here, learned from what Iterable called too large.</summary>
    public int MostMembers { get; set; } = RequestBuilder.Limits.Members;

    public bool IsEmpty => MostMembers == RequestBuilder.Limits.Members && _refusedInARow.Count == 0;

    /// <summary>
    /// A call with too few members to tell by itself who is at fault came to this refusal. Returns how many members in a row have been
    /// refused in these words, with no call between that went through.
    /// </summary>
    public int NoteRefused(long list, ChangeAction action, Refusal refusal)
    {
        if (refusal.IsOfMember) return 0;
        _refusedInARow.TryGetValue((list, action), out var last);
        var members = last.Words == refusal.Detail ? last.Members + 1 : 1;
        _refusedInARow[(list, action)] = (refusal.Detail, members);
        return members;
    }

    public void NoteAccepted(long list, ChangeAction action) => _refusedInARow.Remove((list, action));
}
