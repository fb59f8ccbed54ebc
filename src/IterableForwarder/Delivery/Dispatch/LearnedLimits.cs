using IterableForwarder.Changes;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>What Iterable's answers have taught about one queue. It outlasts the queue, which goes whenever there is nothing to send.</summary>
/// <param name="limits">Of its kind of call.</param>
internal sealed class LearnedLimits(CallLimits limits)
{
    private readonly Dictionary<ChangeAction, RefusedInARow> _refusedInARow = [];

    /// <summary>Members that one call may carry here, learned from what Iterable called too large.</summary>
    public int MaxMembers { get; set; } = limits.Members;

    public bool IsEmpty => MaxMembers == limits.Members && _refusedInARow.Count == 0;

    /// <summary>
    /// A call with too few members to tell by itself who is the cause came to this refusal of one of them. True when as many others have been
    /// refused in these words as speak against the request, with no call between that went through. Who comes again and again counts once.
    /// </summary>
    public bool NoteRefused(ChangeAction action, MemberNode member, Refusal refusal)
    {
        if (refusal.IsOfMember) return false;
        if (!_refusedInARow.TryGetValue(action, out var row) || row.Words != refusal.Detail) _refusedInARow[action] = row = new(refusal.Detail);
        row.Add(member);
        return row.Members >= MemberBisection.Quarters;
    }

    public void NoteAccepted(ChangeAction action) => _refusedInARow.Remove(action);

    private sealed class RefusedInARow(string? words)
    {
        private readonly HashSet<ulong> _identifiers = [];

        public string? Words => words;

        public int Members { get; private set; }

        public void Add(MemberNode member)
        {
            var (email, userId) = (member.EmailFingerprint, member.UserIdFingerprint);
            // enough is enough: the set must not grow while nothing goes through
            if (Members >= MemberBisection.Quarters || _identifiers.Contains(email) || _identifiers.Contains(userId)) return;
            if (email != 0) _identifiers.Add(email);
            if (userId != 0) _identifiers.Add(userId);
            Members++;
        }
    }
}
