using IterableForwarder.Administration.Documentation;

namespace IterableForwarder.Administration.Projects;

/// <summary>What can be set about an Iterable project.</summary>
internal abstract record ProjectSettings
{
    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>A server-side API key of the Iterable project: required for a new one, kept where a replacement leaves it out. It is stored encrypted and never shown again.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Where the Iterable project lives; <c>us</c> by default.</summary>
    [OneOf("us", "eu")]
    public string? DataCenter { get; init; }

    /// <summary>How Iterable identifies the project's users, as chosen when it was made there; <c>hybrid</c> by default. <c>email</c> does not exist in the EU.</summary>
    [OneOf("email", "userId", "hybrid")]
    public string? Type { get; init; }

    /// <summary>Which identifier of a change becomes Iterable's user id; <c>customerId</c> by default.</summary>
    [OneOf("customerId", "mpid")]
    public string? UserId { get; init; }

    /// <summary>How many requests a second may go to Iterable.</summary>
    public BudgetSettings? Budgets { get; init; }

    /// <summary>The shared secret that Segment signs its requests with. Stored encrypted and never shown again; empty clears it.</summary>
    public string? SegmentSecret { get; init; }

    /// <summary>Never shows a secret: MVC writes the arguments of its actions to the log at its lowest level.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>A project to be made.</summary>
internal sealed record NewProject : ProjectSettings;

/// <summary>All settings of a project anew. Only the secrets may be left out, and are then kept.</summary>
internal sealed record ProjectReplacement : ProjectSettings;

/// <summary>Requests a second for each class of endpoint, 0.1 to 100000.</summary>
internal sealed record BudgetSettings
{
    /// <summary>Everything about lists; 10 by default.</summary>
    public double? Lists { get; init; }

    /// <summary>Bulk updates of users; 5 by default, which is Iterable's own limit.</summary>
    public double? Users { get; init; }

    /// <summary>Bulk tracking of events; 10 by default, which is Iterable's own limit.</summary>
    public double? Events { get; init; }
}
