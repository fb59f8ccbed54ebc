namespace Iterable.Sandbox.Calls;

/// <summary>How many calls an endpoint answered with one status.</summary>
/// <param name="Path">The endpoint, with ids written as <c>{id}</c>.</param>
/// <param name="Status">Null for those that hang or were cut off.</param>
/// <param name="Calls">How many.</param>
/// <param name="Members">Members or events they carried.</param>
public sealed record CallCount(string Path, int? Status, long Calls, long Members);
