using Iterable.Client;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>What can be set about an Iterable project.</summary>
/// <remarks>
/// This is the body of requests, which have secrets beside it, and a part of responses. A setting that is left out has the value of a new record.
/// </remarks>
internal record ProjectSettings
{
    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string Name { get; init; } = "";

    /// <summary>Where the Iterable project lives, in capitals or not; <c>us</c> by default.</summary>
    [NeededInPut]
    public IterableDataCenter DataCenter { get; init; } = IterableDataCenter.Us;

    /// <summary>How Iterable identifies the project's users, as chosen when it was created there; <c>hybrid</c> by default. <c>email</c> does not exist in the EU.</summary>
    [NeededInPut]
    public ProjectType Type { get; init; } = ProjectType.Hybrid;

    /// <summary>Which identifier of a change becomes Iterable's user id, unless the connection or the message says otherwise; <c>customerId</c> by default.</summary>
    [NeededInPut]
    public IdentityRule UserId { get; init; } = IdentityRule.CustomerId;

    /// <summary>How many requests a second may go to Iterable, for each class of endpoint.</summary>
    [NeededInPut]
    public Budgets Budgets { get; init; } = new();
}
