using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Planning;

/// <summary>
/// An entry in the hands of the planner: its changes, and what has become of each. Only the planner that folds it writes to it.
/// </summary>
/// <param name="seq">The order of acceptance.</param>
/// <param name="rule">The mapping its changes are forwarded under.</param>
/// <param name="changes">In the form of <see cref="ChangeCodec"/>.</param>
/// <param name="outcomes">A byte for each change, with those already settled.</param>
internal sealed class PlannedEntry(long seq, MappingRule rule, ReadOnlyMemory<byte> changes, byte[] outcomes)
{
    public long Seq => seq;

    /// <summary>The batch that it is, or is a chunk of.</summary>
    public BatchId BatchId { get; init; }

    public MappingRule Rule => rule;

    /// <summary>Makes the data fields of its members; null where no attribute is sent.</summary>
    public AttributeSelector? DataFields { get; } = rule.Attributes.Count > 0 ? AttributeSelector.Of(rule.Attributes) : null;

    /// <summary>When it was accepted, in Unix milliseconds.</summary>
    public long ReceivedAt { get; init; }

    /// <summary>What is said with its calls; null where the connection's settings count.</summary>
    public CallSettings? Settings { get; init; }

    /// <summary>How many changes it holds.</summary>
    public int Count => outcomes.Length;

    /// <summary>How many changes are still pending.</summary>
    public int Pending { get; private set; } = outcomes.AsSpan().Count((byte)Outcome.Pending);

    public ReadOnlyMemory<byte> Changes => changes;

    public ReadOnlySpan<byte> Outcomes => outcomes;

    public Change ChangeAt(int offset) => ChangeCodec.Read(changes, ref offset);

    public void Settle(int position, Outcome outcome)
    {
        if (outcomes[position] != (byte)Outcome.Pending) throw new InvalidOperationException($"Change {position} of entry {seq} is settled twice.");
        outcomes[position] = (byte)outcome;
        Pending--;
    }
}
