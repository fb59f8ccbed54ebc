using Iterable.Sandbox.Fields;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>
/// Makes one user of two. The destination wins: what it has stays, the source gives the rest, its lists and its events, and is
/// deleted. A destination that does not exist means that the source takes its identifier.
/// </summary>
internal static class MergeApi
{
    public static ApiAnswer Merge(ApiCall call)
    {
        var (source, destination) = MergeRequest.Read(call);
        lock (call.Project.Gate)
        {
            if (source.IsForgotten(call.Project) || destination.IsForgotten(call.Project)) return Refusals.Forgotten;
            if (source.Find(call.Project) is not { } from) return source.IsEmail ? Refusals.UnknownEmail : Refusals.UnknownUserId;
            if (destination.Find(call.Project) is not { } into) Rename(call.Project, from, destination);
            else if (into != from) Merge(call.Project, from, into);
        }
        return Envelope.Success("");
    }

    private static void Rename(Project project, Person person, MergeSide destination)
    {
        // The events carry the identifier they were sent with: they move from the old one to the new one.
        var before = new Person { Email = person.Email, UserId = person.UserId };
        if (destination.IsEmail) project.People.SetEmail(person, destination.Identifier);
        else project.People.SetUserId(person, destination.Identifier);
        project.Events.Move(before, person);
    }

    private static void Merge(Project project, Person source, Person destination)
    {
        foreach (var list in project.Lists.Values) list.Inherit(source, destination);
        project.Events.Move(source, destination);
        var (email, userId) = (source.Email, source.UserId);
        if (source.DataFields is { } given)
        {
            destination.DataFields = destination.DataFields is { } own ? DataFields.Merge(given, own, mergeNestedObjects: false) : given;
        }
        project.Delete(source);
        if (destination.Email is null && email is not null) project.People.SetEmail(destination, email);
        if (destination.UserId is null && userId is not null) project.People.SetUserId(destination, userId);
        project.People.Touch(destination);
    }
}
