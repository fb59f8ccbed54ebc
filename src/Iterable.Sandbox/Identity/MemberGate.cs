using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Identity;

/// <summary>The checks on one member ahead of finding the user, and the names given to each failure.</summary>
internal sealed class MemberGate(ProjectType type, ForgottenUsers forgotten, Failures failures)
{
    /// <summary>True when the member may go on; otherwise the failure is counted and named.</summary>
    public bool LetsThrough(in MemberInput member)
    {
        if (member.Email is null && member.UserId is null)
        {
            failures.CountOne();
            return false;
        }
        return IsWellFormed(member) && IsNotForgotten(member) && HasValidData(member);
    }

    public void Fail(in MemberInput member, in Resolution resolution)
    {
        if (resolution.Failure != FailureReason.Conflict)
        {
            FailByName(member, resolution.Failure!.Value);
            return;
        }
        failures.CountOne();
        NameConflict(resolution.Obstacle);
        NameConflict(resolution.OtherObstacle);
    }

    public void FailByName(in MemberInput member, FailureReason reason)
    {
        failures.CountOne();
        var byUserId = member.UserId is not null && (type == ProjectType.UserId || member.Email is null);
        if (byUserId) failures.NameUserId(reason, member.UserId!.Value.Span);
        else failures.NameEmail(reason, member.Email!.Value.Span);
    }

    private bool IsWellFormed(in MemberInput member)
    {
        var badEmail = member.Email is { } email && !EmailFormat.IsValid(email.Span);
        var badUserId = member.UserId is { } userId && !UserIdFormat.IsValid(userId.Span);
        return Pass(member, FailureReason.Invalid, badEmail, badUserId);
    }

    private bool IsNotForgotten(in MemberInput member)
    {
        var byEmail = member.Email is { } email && forgotten.HasEmail(email.Span);
        var byUserId = member.UserId is { } userId && forgotten.HasUserId(userId.Span);
        return Pass(member, FailureReason.Forgotten, byEmail, byUserId);
    }

    private bool HasValidData(in MemberInput member)
    {
        if (!member.HasInvalidData) return true;
        FailByName(member, FailureReason.InvalidData);
        return false;
    }

    private bool Pass(in MemberInput member, FailureReason reason, bool nameEmail, bool nameUserId)
    {
        if (!nameEmail && !nameUserId) return true;
        failures.CountOne();
        if (nameEmail) failures.NameEmail(reason, member.Email!.Value.Span);
        if (nameUserId) failures.NameUserId(reason, member.UserId!.Value.Span);
        return false;
    }

    /// <summary>Iterable names what already existed, which need not be what was sent.</summary>
    private void NameConflict(Person? obstacle)
    {
        if (obstacle?.Email is { } email) failures.NameEmail(FailureReason.Conflict, email);
        if (obstacle?.UserId is { } userId) failures.NameUserId(FailureReason.Conflict, userId);
    }
}
