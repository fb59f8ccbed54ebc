using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Streams;

/// <summary>Which streams are wanted.</summary>
internal sealed record StreamQuery : PageRequest
{
    /// <summary>Only those of this project.</summary>
    public string? ProjectId { get; init; }

    /// <summary>Only those of this source.</summary>
    [OneOf("amplitude")]
    public string? Source { get; init; }

    /// <summary>Only those in this state.</summary>
    [OneOf("active", "paused", "held")]
    public string? State { get; init; }

    /// <summary>Only those whose name has this in it, in capitals or not.</summary>
    public string? Name { get; init; }

    /// <summary>Only those with this warning, such as <c>projectHeld</c>.</summary>
    public string? Warning { get; init; }
}

internal sealed class StreamQueryRules : PageRules<StreamQuery>
{
    public StreamQueryRules()
    {
        RuleFor(q => q.Source).OneOf(SettingsWords.Sources);
        RuleFor(q => q.State).OneOf(ShownState.States);
    }
}
