namespace Iterable.Sandbox.Faults;

/// <summary>A fault that is still to be played.</summary>
/// <param name="Id">To remove it by.</param>
/// <param name="Fault">What was asked for.</param>
/// <param name="Played">On how many calls it was played so far.</param>
public sealed record ActiveFault(long Id, Fault Fault, long Played);
