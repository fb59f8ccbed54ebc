using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>What can be set about a connection.</summary>
/// <remarks>
/// This is the body of requests, and a part of responses and of stored documents. A setting that is left out has the value of a new record, so a
/// new setting is a property here, and a rule where it has one.
/// </remarks>
internal record ConnectionSettings
{
    /// <summary>The project it belongs to; required for a new connection, and cannot be changed later.</summary>
    [Needed]
    public ProjectId ProjectId { get; init; }

    /// <summary>What the operator calls it; required, at most 200 characters.</summary>
    [Needed]
    [NeededInPut]
    public string Name { get; init; } = "";

    /// <summary>Whose messages it is for; <c>members</c> by default. Cannot be changed later.</summary>
    public Source Source { get; init; }

    /// <summary>The source's own id of the audience, unique for the source in the project. Required for every source but <c>members</c>.</summary>
    public string? AudienceId { get; init; }

    /// <summary>The Iterable list to feed, 1 or more. Either this or <c>listName</c>. Null where a source brought no usable list.</summary>
    [NeededInPut(MayBeNull = true, Or = "listName")]
    public long? ListId { get; init; }

    /// <summary>The list of exactly this name is used, or created where there is none.</summary>
    public string? ListName { get; init; }

    /// <summary>Which identifier becomes Iterable's user id; null, the default, for the project's own rule.</summary>
    [NeededInPut(MayBeNull = true)]
    public IdentityRule? UserId { get; init; }

    /// <summary>Adds only those that Iterable already knows; false by default.</summary>
    [NeededInPut]
    public bool UpdateExistingUsersOnly { get; init; }

    /// <summary>The campaign that removals are attributed to.</summary>
    [NeededInPut(MayBeNull = true)]
    public long? CampaignId { get; init; }

    /// <summary>Removals also unsubscribe from the list's channel; false by default.</summary>
    [NeededInPut]
    public bool ChannelUnsubscribe { get; init; }

    /// <summary>
    /// False to forward somebody without an e-mail by the customer id alone; true by default. Has no place in a project of the type
    /// <c>email</c>, nor on connections of segment and amplitude.
    /// </summary>
    public bool RequireEmail { get; init; } = true;

    /// <summary>Iterable field → name of the change's attribute; at most 100. No attribute is sent unless it is named here.</summary>
    [NeededInPut]
    public IReadOnlyDictionary<string, string> Attributes
    {
        get;
        init
        {
            field = value;
            AttributeMappings = [.. value.Select(a => new AttributeMapping(a.Key, a.Value))];
        }
    } = new Dictionary<string, string>();

    /// <summary>Where in the source's message the identifiers are; null, the default, for the source's own choice. For segment and amplitude only.</summary>
    public IdentifierPaths? Identifiers { get; init; }

    /// <summary>The same list for as long as the attributes stay: delivery prepares what it reads from them once for each list.</summary>
    internal IReadOnlyList<AttributeMapping> AttributeMappings { get; private init; } = [];
}
