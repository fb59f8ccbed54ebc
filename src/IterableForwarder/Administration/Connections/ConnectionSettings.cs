using IterableForwarder.Administration.Requests;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

/// <summary>What can be set about a connection.</summary>
internal abstract record ConnectionSettings
{
    /// <summary>The project it belongs to; required for a new connection, and cannot be changed later.</summary>
    [Needed]
    public string? ProjectId { get; init; }

    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string? Name { get; init; }

    /// <summary>Whose messages it is for; <c>members</c> by default. Cannot be changed later.</summary>
    [OneOf(Vocabulary.Sources)]
    public string? Source { get; init; }

    /// <summary>The source's own id of the audience, unique for the source in the project. Required for every source but <c>members</c>.</summary>
    public string? AudienceId { get; init; }

    /// <summary>The Iterable list to feed, 1 or more. Either this or <c>listName</c>.</summary>
    [NeededInPut(MayBeNull = true, Or = "listName")]
    public long? ListId { get; init; }

    /// <summary>The list of exactly this name is used, or created if it is missing.</summary>
    public string? ListName { get; init; }

    /// <summary>Which identifier becomes Iterable's user id; the project's own rule by default.</summary>
    [OneOf(Vocabulary.IdentityRules)]
    [NeededInPut(MayBeNull = true)]
    public string? UserId { get; init; }

    /// <summary>Adds only those that Iterable already knows; false by default.</summary>
    [NeededInPut]
    public bool? UpdateExistingUsersOnly { get; init; }

    /// <summary>The campaign that removals are attributed to.</summary>
    [NeededInPut(MayBeNull = true)]
    public long? CampaignId { get; init; }

    /// <summary>Removals also unsubscribe from the list's channel; false by default.</summary>
    [NeededInPut]
    public bool? ChannelUnsubscribe { get; init; }

    /// <summary>
    /// False to forward somebody without an e-mail by the customer id alone; true by default. Has no place in a project of the type
    /// <c>email</c>, nor on connections of segment and amplitude.
    /// </summary>
    public bool? RequireEmail { get; init; }

    /// <summary>Iterable field → name of the change's attribute; at most 100. No attribute is sent unless it is listed here.</summary>
    [NeededInPut]
    public IReadOnlyDictionary<string, string?>? Attributes { get; init; }

    /// <summary>Where the source's message has the identifiers; the source's own choice by default. For segment and amplitude only.</summary>
    public IdentifierSettings? Identifiers { get; init; }
}

/// <summary>A connection to be created.</summary>
internal sealed record NewConnection : ConnectionSettings;

/// <summary>The settings of a connection as they are to be.</summary>
[ShownAs(typeof(ConnectionResponse))]
internal sealed record ConnectionReplacement : ConnectionSettings
{
    public static ConnectionReplacement Of(Connection connection) => new()
    {
        ProjectId = connection.ProjectId.ToString(),
        Name = connection.Name,
        Source = SettingsWords.Sources[connection.Source],
        AudienceId = connection.AudienceId,
        ListId = connection.ListId,
        ListName = connection.ListName,
        UserId = connection.UserId is { } rule ? SettingsWords.IdentityRules[rule] : null,
        UpdateExistingUsersOnly = connection.UpdateExistingUsersOnly,
        CampaignId = connection.CampaignId,
        ChannelUnsubscribe = connection.ChannelUnsubscribe,
        RequireEmail = connection.RequireEmail,
        Attributes = connection.Attributes.ToDictionary(a => a.Field, a => (string?)a.Attribute),
        Identifiers = IdentifierSettings.Of(connection.Identifiers),
    };
}

/// <summary>Which connections are wanted.</summary>
internal sealed record ConnectionQuery : PageRequest
{
    /// <summary>Only those of this project.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Only those of this audience, whatever its source.</summary>
    public string? AudienceId { get; init; }

    /// <summary>Only those of this source.</summary>
    [OneOf(Vocabulary.Sources)]
    public string? Source { get; init; }

    /// <summary>Only those in this state.</summary>
    [OneOf(Vocabulary.ConnectionStates)]
    public string? State { get; init; }

    /// <summary>Only those whose name has this in it, in capitals or not.</summary>
    public string? Name { get; init; }

    /// <summary>Only those with this warning, such as <c>listShared</c>.</summary>
    public string? Warning { get; init; }
}
