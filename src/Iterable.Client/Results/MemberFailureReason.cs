namespace Iterable.Client.Results;

/// <summary>Why one member failed, after Iterable's own word for it.</summary>
public enum MemberFailureReason
{
    /// <summary>A malformed identifier.</summary>
    Invalid,

    /// <summary>A value in dataFields that Iterable does not take.</summary>
    InvalidData,

    /// <summary>Another user already has one of the identifiers.</summary>
    Conflict,

    /// <summary>Erased under GDPR; final.</summary>
    Forgotten,

    /// <summary>No such user.</summary>
    NotFound,

    /// <summary>An event whose name the project does not allow (trackBulk only).</summary>
    DisallowedEventName,

    /// <summary>Refused for a reason that has no word of its own here.</summary>
    Refused,
}
