using Iterable.Sandbox.Calls;

namespace Iterable.Sandbox.Control;

/// <summary>Counters of all calls, and the calls that are kept.</summary>
internal sealed record CallsAnswer(long Total, IReadOnlyList<CallCount> Counts, IReadOnlyList<SandboxCall> Calls);

internal sealed record FaultAdded(long Id);

internal sealed record Problem(string Error);

internal sealed record HealthAnswer(string Status);
