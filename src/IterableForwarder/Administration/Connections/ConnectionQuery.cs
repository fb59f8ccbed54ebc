using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Connections;

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

internal sealed class ConnectionQueryRules : PageRules<ConnectionQuery>
{
    public ConnectionQueryRules()
    {
        RuleFor(q => q.Source).OneOf(SettingsWords.Sources);
        RuleFor(q => q.State).OneOf(ShownState.States);
    }
}
