using System.Runtime.InteropServices;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableLimits = Iterable.Client.Requests.Limits;

namespace IterableForwarder.Delivery.Calls;

/// <summary>What the calls that carry members have in common: how a member is written, and how long it is. Pure.</summary>
internal static class Members
{
    /// <summary>Names, quotes and commas around the values of a member or an event, and what a placeholder address takes.</summary>
    private const int Around = 200;

    /// <summary>A byte becomes <c>\u0000</c> at worst.</summary>
    private const int Escaped = 6;

    /// <summary>What every call of Iterable's may carry; the envelope around the members is left room for.</summary>
    public static CallLimits Limits { get; } = new(IterableLimits.MembersPerCall, IterableLimits.BytesPerCall - IterableLimits.EnvelopeBytes);

    public static CallLengths Lengths { get; } = new(MaxLengthOf, node => Of(node, mergeNestedObjects: false).MaxJsonLength);

    /// <param name="node">Whose last change is written.</param>
    /// <param name="mergeNestedObjects">Null for a call that does not say so.</param>
    public static Member Of(MemberNode node, bool? mergeNestedObjects)
    {
        var rule = node.Change.Entry.Rule;
        var change = node.ReadChange();
        var member = MemberMapper.Map(change, rule);
        return new()
        {
            Email = member.Email,
            UserId = member.UserId,
            DataFields = DataFieldsOf(node, change),
            PreferUserId = node.Action == ChangeAction.Add && rule.ProjectType == ProjectType.UserId,
            MergeNestedObjects = mergeNestedObjects,
        };
    }

    /// <param name="call">The members, in the order in which they are written.</param>
    /// <param name="mergeNestedObjects">As for <see cref="Of"/>.</param>
    public static Member[] AllOf(PlannedCall call, bool? mergeNestedObjects)
    {
        var members = new Member[call.Nodes.Count];
        for (var i = 0; i < members.Length; i++) members[i] = Of(call.Nodes[i], mergeNestedObjects);
        return members;
    }

    public static ReadOnlyMemory<byte> DataFieldsOf(MemberNode node) => DataFieldsOf(node, node.ReadChange());

    /// <summary>Without reading it: building every member twice was a fifth of the cost of delivery.</summary>
    public static int MaxLengthOf(MemberNode node)
    {
        long attributes = node.Change.AttributeBytes;
        foreach (var earlier in node.Superseded) attributes += earlier.AttributeBytes;
        var fields = node.Change.Entry.DataFields?.MaxLength(attributes) ?? attributes;
        return (int)Math.Min(int.MaxValue, Around + (2 * Escaped * (long)node.Change.IdentifierBytes) + fields);
    }

    private static ReadOnlyMemory<byte> DataFieldsOf(MemberNode node, in Change change)
    {
        if (node.Action != ChangeAction.Add || node.Change.Entry.DataFields is not { } selector) return default;
        if (node.Superseded.IsEmpty) return selector.Select(change.Attributes);
        var attributes = AttributesOf(node);
        return selector.Select(CollectionsMarshal.AsSpan(attributes));
    }

    /// <summary>Those of every add that was coalesced into this one, the earliest first.</summary>
    private static List<ReadOnlyMemory<byte>> AttributesOf(MemberNode node)
    {
        var attributes = new List<ReadOnlyMemory<byte>>();
        foreach (var earlier in node.Superseded)
        {
            var change = earlier.Read();
            if (change.Action == ChangeAction.Add) attributes.Add(change.Attributes);
        }
        attributes.Add(node.ReadChange().Attributes);
        return attributes;
    }
}
