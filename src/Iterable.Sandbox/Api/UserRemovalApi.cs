using System.Text;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.Api;

/// <summary>Deletes and forgets users. Iterable does both later; the sandbox does them at once.</summary>
internal static class UserRemovalApi
{
    /// <summary>Deleting somebody unknown succeeds, as recorded.</summary>
    public static ApiAnswer DeleteByEmail(ApiCall call)
    {
        if (call.Project.Settings.Type == ProjectType.UserId) return Refusals.BadParams("email", "does not identify users in this project");
        var email = Encoding.UTF8.GetBytes(call.RouteText("email").ToLowerInvariant());
        if (!EmailFormat.IsValid(email)) return Refusals.InvalidEmail;
        lock (call.Project.Gate)
        {
            if (call.Project.People.ByEmail(email) is { } person) call.Project.Delete(person);
        }
        return Envelope.Success("");
    }

    /// <summary>Where several people carry the user id, all of them go.</summary>
    public static ApiAnswer DeleteByUserId(ApiCall call)
    {
        var userId = Encoding.UTF8.GetBytes(call.RouteText("userId"));
        if (!UserIdFormat.IsValid(userId)) return Refusals.InvalidUserId;
        lock (call.Project.Gate)
        {
            foreach (var person in call.Project.People.AllByUserId(userId)) call.Project.Delete(person);
        }
        return Envelope.Success("");
    }

    /// <summary>By what identifies users in the project; in a hybrid one by either.</summary>
    public static ApiAnswer Forget(ApiCall call)
    {
        using var request = MembersRequest.ReadSingle(call);
        var (email, userId) = (request.Members.Items[0].Email, request.Members.Items[0].UserId);
        var type = call.Project.Settings.Type;
        if (email is null && (userId is null || type == ProjectType.Email)) return Refusals.BadParams("email", "is missing");
        if (userId is null && type == ProjectType.UserId) return Refusals.BadParams("userId", "is missing");
        if (type == ProjectType.Email) userId = null;
        if (type == ProjectType.UserId) email = null;
        if (email is { } sentEmail && !EmailFormat.IsValid(sentEmail.Span)) return Refusals.InvalidEmail;
        if (userId is { } sentUserId && !UserIdFormat.IsValid(sentUserId.Span)) return Refusals.InvalidUserId;
        call.Project.Forget(email?.ToArray(), userId?.ToArray());
        return Envelope.Success("");
    }
}
