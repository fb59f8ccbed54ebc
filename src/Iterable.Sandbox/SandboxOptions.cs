using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox;

/// <summary>How a sandbox is set up. Each value is also a setting under <c>Sandbox:</c> of the stand-alone program, save the port and the clock.</summary>
public sealed record SandboxOptions
{
    /// <summary>The loopback port of an in-process server; default 0, any free one.</summary>
    public int Port { get; init; }

    /// <summary>The clock that buckets, list visibility, delays and timestamps go by.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Settings by key. A key that is not here behaves after <see cref="ProjectDefaults"/>.</summary>
    public IReadOnlyDictionary<string, ProjectSettings> Projects { get; init; } = new Dictionary<string, ProjectSettings>();

    /// <summary>For keys without settings of their own, each of which is a project of its own.</summary>
    public ProjectSettings ProjectDefaults { get; init; } = new();

    /// <summary>Whether a key not in <see cref="Projects"/> is accepted; default true.</summary>
    public bool AcceptUnknownKeys { get; init; } = true;

    /// <summary>Bytes of a body above which the answer is 413; default 4,000,000.</summary>
    public int MaxBodyBytes { get; init; } = 4_000_000;

    /// <summary>The id of the first list made without one; default 1. Above 2^31 it finds callers that count in ints.</summary>
    public long FirstListId { get; init; } = 1;

    /// <summary>How many of the last calls are kept; default 10,000. Counters stay exact.</summary>
    public int KeptCalls { get; init; } = 10_000;

    /// <summary>Bodies above so many bytes are not kept; default 64 KiB.</summary>
    public int KeptBodyBytes { get; init; } = 64 * 1024;

    /// <summary>All kept bodies together, in bytes; default 64 MiB, the oldest go first. 10,000 bodies of 64 KiB would be ten times as much.</summary>
    public long KeptBodiesBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>How many of the last events are kept for each project; default 100,000. Counters stay exact.</summary>
    public int KeptEvents { get; init; } = 100_000;

    internal SandboxOptions Checked()
    {
        Refuse(Port is < 0 or > 65_535, nameof(Port));
        Refuse(MaxBodyBytes < 1, nameof(MaxBodyBytes));
        Refuse(FirstListId < 1, nameof(FirstListId));
        Refuse(KeptCalls < 1, nameof(KeptCalls));
        Refuse(KeptBodyBytes < 0, nameof(KeptBodyBytes));
        Refuse(KeptBodiesBytes < 0, nameof(KeptBodiesBytes));
        Refuse(KeptEvents < 1, nameof(KeptEvents));
        ProjectDefaults.Checked();
        foreach (var project in Projects.Values) project.Checked();
        return this;
    }

    private static void Refuse(bool bad, string name)
    {
        if (bad) throw new ArgumentException($"{name} is out of range");
    }
}
