using System.Runtime.InteropServices;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableLimits = Iterable.Client.Requests.Limits;

namespace IterableForwarder.Planning;

/// <summary>Where the calls of a connection go, and how.</summary>
/// <param name="Kind">Which call it is.</param>
/// <param name="ListId">The list that the entries were accepted for; of no meaning but for memberships.</param>
/// <param name="Settings">Said with every call of members that bring no settings of their own.</param>
/// <param name="MergeNestedObjects">Said with every user.</param>
internal sealed record CallTarget(ChangeKind Kind, long ListId, CallSettings Settings, bool MergeNestedObjects);

/// <summary>Turns a planned call into the request that Iterable gets. Pure.</summary>
internal static class RequestBuilder
{
    /// <summary>What stands around the members in a body, at most.</summary>
    private const int Envelope = 200;

    /// <summary>Names, quotes and commas around the values of a member or an event, and what a placeholder address takes.</summary>
    private const int Around = 200;

    /// <summary>A byte becomes <c>\u0000</c> at worst.</summary>
    private const int Escaped = 6;

    private static readonly CallLengths LengthsOfMembers = new(MaxLengthOf, node => MemberOf(node, mergeNestedObjects: false).MaxJsonLength);

    private static readonly CallLengths LengthsOfEvents = new(MaxLengthOf, node => EventOf(node).MaxJsonLength);

    /// <summary>As many members and bytes as one call may carry.</summary>
    public static CallLimits Limits { get; } = new(IterableLimits.MembersPerCall, IterableLimits.BytesPerCall - Envelope);

    public static BulkRequest Build(PlannedCall call, CallTarget target)
    {
        var settings = call.Settings ?? target.Settings;
        if (target.Kind == ChangeKind.Event) return new TrackBulkRequest([.. call.Nodes.Select(EventOf)]);
        var members = new Member[call.Nodes.Count];
        for (var i = 0; i < members.Length; i++) members[i] = MemberOf(call.Nodes[i], target.Kind == ChangeKind.User ? target.MergeNestedObjects : null);
        return (target.Kind, call.Action) switch
        {
            (ChangeKind.User, ChangeAction.Add) => new BulkUpdateRequest(members),
            (ChangeKind.Membership, ChangeAction.Add) => new SubscribeRequest(target.ListId, members, settings.UpdateExistingUsersOnly),
            (ChangeKind.Membership, ChangeAction.Remove) => new UnsubscribeRequest(target.ListId, members, settings.CampaignId, settings.ChannelUnsubscribe),
            _ => throw new ArgumentOutOfRangeException(nameof(call), (target.Kind, call.Action), "There is no such call"),
        };
    }

    /// <summary>The data fields of one member or event as they are sent: a JSON object, or empty for none.</summary>
    public static ReadOnlyMemory<byte> DataFieldsOf(MemberNode node, ChangeKind kind)
    {
        var change = node.ReadChange();
        return kind == ChangeKind.Event ? EventForm.Read(change.Attributes).DataFields : DataFieldsOf(node, change);
    }

    /// <summary>How long members are in the bodies of this kind.</summary>
    public static CallLengths LengthsOf(ChangeKind kind) => kind == ChangeKind.Event ? LengthsOfEvents : LengthsOfMembers;

    private static IterableEvent EventOf(MemberNode node)
    {
        var member = node.ReadMember();
        return EventForm.Read(node.ReadChange().Attributes) with { Email = member.Email, UserId = member.UserId };
    }

    private static Member MemberOf(MemberNode node, bool? mergeNestedObjects)
    {
        var rule = node.Change.Entry.Rule;
        var change = node.ReadChange();
        var member = MemberMapper.Map(change, rule);
        var adds = node.Action == ChangeAction.Add;
        return new()
        {
            Email = member.Email,
            UserId = member.UserId,
            DataFields = DataFieldsOf(node, change),
            PreferUserId = adds && rule.ProjectType == ProjectType.UserId,
            MergeNestedObjects = mergeNestedObjects,
        };
    }

    private static ReadOnlyMemory<byte> DataFieldsOf(MemberNode node, in Change change)
    {
        if (node.Action != ChangeAction.Add || node.Change.Entry.Rule.Attributes is not { Count: > 0 } mappings) return default;
        var selector = AttributeSelector.Of(mappings);
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

    /// <summary>Without mapping it: building every member twice was a fifth of the cost of delivery.</summary>
    private static int MaxLengthOf(MemberNode node)
    {
        var change = node.ReadChange();
        long attributes = change.Attributes.Length;
        foreach (var earlier in node.Superseded) attributes += earlier.Read().Attributes.Length;
        var fields = node.Change.Entry.Rule.Attributes is { Count: > 0 } mappings ? AttributeSelector.Of(mappings).MaxLength(attributes) : attributes;
        var identifiers = change.Email.Length + change.CustomerId.Length + change.Mpid.Length;
        return (int)Math.Min(int.MaxValue, Around + (2 * Escaped * (long)identifiers) + fields);
    }
}
