using IterableForwarder.Administration.Documentation;

namespace IterableForwarder.Administration.Connections;

/// <summary>What can be set about a connection.</summary>
internal abstract record ConnectionSettings
{
    /// <summary>The project it belongs to; required for a new connection, and cannot be changed later.</summary>
    public string? ProjectId { get; init; }

    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Whose messages it is for; <c>members</c> by default. Cannot be changed later.</summary>
    [OneOf("members", "mparticle", "segment", "amplitude")]
    public string? Source { get; init; }

    /// <summary>The source's own id of the audience, unique for the source in the project. Required for every source but <c>members</c>.</summary>
    public string? AudienceId { get; init; }

    /// <summary>The Iterable list to feed, 1 or more. Either this or <c>listName</c>.</summary>
    public long? ListId { get; init; }

    /// <summary>The list of exactly this name is used, or made where there is none.</summary>
    public string? ListName { get; init; }

    /// <summary>Which identifier becomes Iterable's user id; the project's own rule by default.</summary>
    [OneOf("customerId", "mpid")]
    public string? UserId { get; init; }

    /// <summary>Adds only those that Iterable already knows; false by default.</summary>
    public bool? UpdateExistingUsersOnly { get; init; }

    /// <summary>The campaign that removals are attributed to.</summary>
    public long? CampaignId { get; init; }

    /// <summary>Removals also unsubscribe from the list's channel; false by default.</summary>
    public bool? ChannelUnsubscribe { get; init; }

    /// <summary>Iterable field → name of the change's attribute; at most 100. No attribute is sent unless it stands here.</summary>
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }

    /// <summary>Where in the source's message the identifiers stand; the source's own choice by default.</summary>
    public IdentifierSettings? Identifiers { get; init; }
}

/// <summary>A connection to be made.</summary>
internal sealed record NewConnection : ConnectionSettings;

/// <summary>All settings of a connection anew.</summary>
internal sealed record ConnectionReplacement : ConnectionSettings;

/// <summary>Which connections are wanted.</summary>
internal sealed record ConnectionQuery : PageRequest
{
    /// <summary>Only those of this project.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Only those of this audience, whatever its source.</summary>
    public string? AudienceId { get; init; }
}

/// <summary>Why an operator stops or starts a connection.</summary>
internal sealed record StopRequest
{
    /// <summary>Shown as <c>holdDetail</c> while it is paused, and in its history; at most 200 characters.</summary>
    public string? Reason { get; init; }
}
