namespace Iterable.Client.Results;

/// <summary>One member's failure inside a call that was processed.</summary>
/// <param name="Index">The member's position in the request.</param>
/// <param name="Reason">Iterable's word for it.</param>
public readonly record struct MemberFailure(int Index, MemberFailureReason Reason);
