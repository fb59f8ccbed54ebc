using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>A kept entry, as far as the order of changes needs it.</summary>
/// <param name="Changes">In the form of <see cref="ChangeCodec"/>.</param>
/// <param name="Rule">The mapping it was accepted under.</param>
/// <param name="ReceivedAt">In Unix milliseconds; the time of a change that carries none.</param>
internal readonly record struct TimedChanges(ReadOnlyMemory<byte> Changes, MappingRule Rule, long ReceivedAt)
{
    /// <summary>The entry's number.</summary>
    public long Seq { get; init; }

    /// <summary>Of a replay, where its changes come from, in the form of <see cref="ChangeOrigins"/>; else empty.</summary>
    public ReadOnlyMemory<byte> Origins { get; init; }

    /// <summary>What became of each change, as a byte each; empty where all are alike and none was dropped.</summary>
    public ReadOnlyMemory<byte> Outcomes { get; init; }

    /// <summary>Its changes in order. One that was dropped is about nobody: it was never the last word on anyone.</summary>
    public IEnumerable<TimedChange> All()
    {
        for (var (offset, position) = (0, 0); offset < Changes.Length; position++)
        {
            var change = ChangeCodec.Read(Changes, ref offset);
            var isDropped = !Outcomes.IsEmpty && Outcomes.Span[position] == (byte)Outcome.Dropped;
            var origin = ChangeOrigins.At(Origins, position) ?? new ChangeOrigin(new(Seq, position), change.OccurredAt ?? ReceivedAt);
            yield return new(change, isDropped ? default : MemberMapper.Map(change, Rule), Rule, origin.Place, origin.Time);
        }
    }
}

/// <summary>A change with its place in the order; a replayed one has the place and the time that it had first.</summary>
/// <param name="Change">What was said.</param>
/// <param name="Member">Who it is about, by the rule.</param>
/// <param name="Rule">The mapping of its entry.</param>
/// <param name="Place">Its place.</param>
/// <param name="Time">When it happened, or else when it was received, in Unix milliseconds.</param>
internal readonly record struct TimedChange(Change Change, MappedMember Member, MappingRule Rule, ChangePlace Place, long Time)
{
    /// <summary>True where its source said when it happened.</summary>
    public bool IsTimed => Change.OccurredAt is not null;

    /// <summary>Its identifiers, by which it is found by others.</summary>
    public IEnumerable<MemberIdentifier> Identifiers => MemberIdentity.AllOf(Member, Rule);

    /// <summary>The identifiers by which it finds others of the same member.</summary>
    public IEnumerable<MemberIdentifier> TellingIdentifiers => MemberIdentity.TellingOf(Member, Rule);
}
