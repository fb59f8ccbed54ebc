using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>Where a member's change is on its way into a call.</summary>
internal enum NodeState : byte
{
    /// <summary>An earlier change of the same member has to be settled first.</summary>
    Waiting,

    Ready,

    InCall,

    Settled,
}

/// <summary>
/// The last change of one member, with the earlier ones it made needless. Later changes of the same member take its place until it
/// is in a call; after that they wait behind it.
/// </summary>
internal sealed class MemberNode(ChangeReference change, ChangeAction action, ulong emailFingerprint, ulong userIdFingerprint)
{
    // most have neither
    private List<MemberNode>? _waiters;
    private List<ChangeReference>? _superseded;

    public ChangeReference Change { get; private set; } = change;

    public ChangeAction Action { get; private set; } = action;

    /// <summary>0 when no e-mail identifies it.</summary>
    public ulong EmailFingerprint => emailFingerprint;

    /// <summary>0 when no user id identifies it.</summary>
    public ulong UserIdFingerprint => userIdFingerprint;

    public NodeState State { get; set; }

    /// <summary>Whether a call with it came to nothing before.</summary>
    public bool WasReleased { get; set; }

    /// <summary>How many others have to be settled before this one may go.</summary>
    public int BlockedBy { get; set; }

    /// <summary>Those that wait for this one.</summary>
    public ReadOnlySpan<MemberNode> Waiters => CollectionsMarshal.AsSpan(_waiters);

    /// <summary>The changes this one made needless, the earliest first.</summary>
    public ReadOnlySpan<ChangeReference> Superseded => CollectionsMarshal.AsSpan(_superseded);

    /// <summary>Whether it is in the queue of adds, of removes.</summary>
    public bool QueuedToAdd { get; set; }

    public bool QueuedToRemove { get; set; }

    /// <summary>What is said with its call; null where the connection's settings count.</summary>
    public CallSettings? Settings => Change.Entry.Settings;

    public void AddWaiter(MemberNode later) => (_waiters ??= []).Add(later);

    public Change ReadChange() => Change.Read();

    public MappedMember ReadMember() => MemberMapper.Map(ReadChange(), Change.Entry.Rule);

    /// <summary>A later change of the same member takes the place of the one before.</summary>
    public void Replace(ChangeReference later, ChangeAction action)
    {
        (_superseded ??= []).Add(Change);
        (Change, Action) = (later, action);
    }

    /// <summary>Takes over what an earlier node of the same member represented.</summary>
    public void Absorb(MemberNode earlier)
    {
        var all = earlier._superseded ?? [];
        all.Add(earlier.Change);
        all.AddRange(Superseded);
        _superseded = all;
    }
}

/// <summary>One change of one entry.</summary>
/// <param name="Entry">Its entry.</param>
/// <param name="Position">Its place among the entry's changes.</param>
/// <param name="Offset">Where it begins in the entry's bytes.</param>
/// <param name="IdentifierBytes">How long its identifiers are together.</param>
/// <param name="AttributeBytes">How long its attributes are.</param>
internal readonly record struct ChangeReference(PlannedEntry Entry, int Position, int Offset, int IdentifierBytes, int AttributeBytes)
{
    public Change Read() => Entry.ChangeAt(Offset);
}
