using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration;

/// <summary>What a connection or a stream is said to do.</summary>
internal enum FlowState
{
    Active,
    Paused,
    Held,
    Closed,
}

/// <summary>The state of a connection or a stream, with what stops it.</summary>
/// <param name="HeldAt">What is held: <c>project</c>, <c>connection</c> or <c>stream</c>; null unless it is held.</param>
/// <param name="Stop">Why it is paused or held.</param>
internal readonly record struct ShownState(FlowState State, string? HeldAt = null, Stop? Stop = null)
{
    public const string AtProject = "project";
    public const string AtConnection = "connection";
    public const string AtStream = "stream";

    public static Words<FlowState> States { get; } = new(
        ("active", FlowState.Active), ("paused", FlowState.Paused), ("held", FlowState.Held), ("closed", FlowState.Closed));

    public string Word => States[State];

    /// <summary>What an operator paused shows so; a hold of the project stops whatever else is held in it.</summary>
    public static ShownState Of(Connection connection, Project? project) => connection switch
    {
        { Closed: true } => new(FlowState.Closed),
        { Flow.Pause: { } pause } => new(FlowState.Paused, null, pause),
        _ when project?.Hold is { } hold => new(FlowState.Held, AtProject, hold),
        { Hold: { } hold } => new(FlowState.Held, AtConnection, hold.Stop),
        _ => new(FlowState.Active),
    };

    /// <summary>A stream is stopped where either feed is. The right to lists is none of its concern.</summary>
    public static ShownState OfStream(IReadOnlyList<StreamFeed> feeds, Project? project)
    {
        if (feeds.Select(f => f.Flow.Pause).FirstOrDefault(p => p is not null) is { } pause) return new(FlowState.Paused, null, pause);
        if (project?.Hold is { } all && all.Reason != Stop.Forbidden) return new(FlowState.Held, AtProject, all);
        return feeds.Select(f => f.Hold).FirstOrDefault(h => h is not null) is { } hold ? new(FlowState.Held, AtStream, hold.Stop) : new(FlowState.Active);
    }
}
