using System.Text.Json.Serialization;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>Another API key for a project.</summary>
internal sealed record KeyChange
{
    /// <summary>The new server-side API key; required.</summary>
    [Needed]
    public string? ApiKey { get; init; }

    /// <summary>True to ask Iterable and change nothing; false by default.</summary>
    public bool? DryRun { get; init; }

    /// <summary>True to take the key although it does not show every list that the project's connections feed; false by default.</summary>
    public bool? Force { get; init; }

    /// <summary>Never shows the key: MVC writes the arguments of its actions to the log at its lowest level.</summary>
    public override string ToString() => nameof(KeyChange);
}

/// <summary>What Iterable says of another key, and what came of it.</summary>
internal sealed record KeyChangeResponse
{
    /// <summary>False only for a dry run: without it, a key that is refused is answered with 409.</summary>
    public required bool Ok { get; init; }

    /// <summary>How many lists the key shows; null where Iterable did not show them.</summary>
    public required int? Lists { get; init; }

    /// <summary>Lists that the project's connections feed and the key does not show.</summary>
    public required IReadOnlyList<long> MissingLists { get; init; }

    /// <summary>Whether the project has another key now.</summary>
    public required bool Changed { get; init; }

    /// <summary>Iterable's code, a transport error, <c>MissingLists</c> or <c>KeyInUse</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The same in words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }
}
