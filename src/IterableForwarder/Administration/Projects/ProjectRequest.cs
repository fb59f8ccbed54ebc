using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>The settings of an Iterable project with its secrets, which no response has. A secret that is left out of a change stays.</summary>
internal sealed record ProjectRequest : ProjectSettings
{
    public ProjectRequest()
    {
    }

    public ProjectRequest(ProjectSettings settings)
        : base(settings)
    {
    }

    /// <summary>A server-side API key of the Iterable project: required for a new one, kept where a change leaves it out. It is stored encrypted and never shown again.</summary>
    [Needed]
    public string? ApiKey { get; init; }

    /// <summary>The shared secret that Segment signs its requests with. Stored encrypted and never shown again; empty clears it.</summary>
    public string? SegmentSecret { get; init; }

    /// <summary>Never shows a secret: MVC writes the arguments of its actions to the log at its lowest level.</summary>
    public override string ToString() => nameof(ProjectRequest);
}
