namespace Iterable.Sandbox.Identity;

/// <summary>Iterable's words for why a member failed, in the order of its answer.</summary>
internal enum FailureReason
{
    Conflict,
    Forgotten,
    InvalidData,
    Invalid,
    NotFound,
}
