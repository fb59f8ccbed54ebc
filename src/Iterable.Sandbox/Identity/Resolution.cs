using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Identity;

/// <summary>The person meant, or why there is none.</summary>
/// <param name="Person">Null on failure.</param>
/// <param name="Failure">Conflict or NotFound.</param>
/// <param name="Obstacle">The existing user in conflict.</param>
/// <param name="OtherObstacle">A second one, when each identifier belongs to another user.</param>
internal readonly record struct Resolution(Person? Person, FailureReason? Failure = null, Person? Obstacle = null, Person? OtherObstacle = null)
{
    public static Resolution NotFound => new(null, FailureReason.NotFound);

    public static Resolution Conflict(Person obstacle, Person? other = null) => new(null, FailureReason.Conflict, obstacle, other);
}
