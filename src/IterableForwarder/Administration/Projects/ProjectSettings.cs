using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>What can be set about an Iterable project.</summary>
internal abstract record ProjectSettings
{
    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string? Name { get; init; }

    /// <summary>A server-side API key of the Iterable project: required for a new one, kept where a change leaves it out. It is stored encrypted and never shown again.</summary>
    [Needed]
    public string? ApiKey { get; init; }

    /// <summary>Where the Iterable project lives, in capitals or not; <c>us</c> by default.</summary>
    [OneOf(Vocabulary.DataCenters)]
    [NeededInPut]
    public string? DataCenter { get; init; }

    /// <summary>How Iterable identifies the project's users, as chosen when it was made there; <c>hybrid</c> by default. <c>email</c> does not exist in the EU.</summary>
    [OneOf(Vocabulary.ProjectTypes)]
    [NeededInPut]
    public string? Type { get; init; }

    /// <summary>Which identifier of a change becomes Iterable's user id; <c>customerId</c> by default.</summary>
    [OneOf(Vocabulary.IdentityRules)]
    [NeededInPut]
    public string? UserId { get; init; }

    /// <summary>How many requests a second may go to Iterable.</summary>
    [NeededInPut]
    public BudgetSettings? Budgets { get; init; }

    /// <summary>The shared secret that Segment signs its requests with. Stored encrypted and never shown again; empty clears it.</summary>
    public string? SegmentSecret { get; init; }

    /// <summary>Never shows a secret: MVC writes the arguments of its actions to the log at its lowest level.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>A project to be made.</summary>
internal sealed record NewProject : ProjectSettings;

/// <summary>The settings of a project as they are to be. A secret that is left out stays.</summary>
internal sealed record ProjectReplacement : ProjectSettings
{
    public static ProjectReplacement Of(Project project) => new()
    {
        Name = project.Name,
        DataCenter = SettingsWords.DataCenters[project.DataCenter],
        Type = SettingsWords.ProjectTypes[project.Type],
        UserId = SettingsWords.IdentityRules[project.UserId],
        Budgets = new() { Lists = project.Budgets.Lists, Users = project.Budgets.Users, Events = project.Budgets.Events },
    };
}

/// <summary>Requests a second for each class of endpoint, 0.1 to 100000.</summary>
internal sealed record BudgetSettings
{
    /// <summary>Everything about lists; 10 by default.</summary>
    [NeededInPut]
    public double? Lists { get; init; }

    /// <summary>Bulk updates of users; 5 by default, which is Iterable's own limit.</summary>
    [NeededInPut]
    public double? Users { get; init; }

    /// <summary>Bulk tracking of events; 10 by default, which is Iterable's own limit.</summary>
    [NeededInPut]
    public double? Events { get; init; }
}
