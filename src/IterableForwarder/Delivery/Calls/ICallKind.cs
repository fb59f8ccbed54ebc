using Iterable.Client;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Calls;

/// <summary>One kind of call to Iterable: what may stand in it, and how it is written. Pure, and for any number of threads.</summary>
internal interface ICallKind
{
    /// <summary>The changes that go by it.</summary>
    ChangeKind Kind { get; }

    /// <summary>The budget that its calls are paid from.</summary>
    EndpointClass EndpointClass { get; }

    /// <summary>The members and bytes that one call may carry.</summary>
    CallLimits Limits { get; }

    /// <summary>The length of a member in the body.</summary>
    CallLengths Lengths { get; }

    /// <summary>Whether the last change of a member is the one that counts; false where each change stands for itself, in no order.</summary>
    bool LastChangeWins { get; }

    /// <summary>The request that Iterable gets.</summary>
    BulkRequest Build(PlannedCall call, CallTarget target);

    /// <summary>The data fields of one member or event as they are sent: a JSON object, or empty for none.</summary>
    ReadOnlyMemory<byte> DataFieldsOf(MemberNode node);
}

/// <summary>Where the calls of a feed go, and how.</summary>
/// <param name="ListId">The list that the entries were accepted for; of no meaning but for memberships.</param>
/// <param name="Settings">Said with every call of members that bring no settings of their own.</param>
/// <param name="MergeNestedObjects">Said with every user.</param>
internal sealed record CallTarget(long ListId, CallSettings Settings, bool MergeNestedObjects);
