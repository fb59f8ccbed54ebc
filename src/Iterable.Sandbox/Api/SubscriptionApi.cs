using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Who is in a list.</summary>
internal static class SubscriptionApi
{
    public static ApiAnswer Subscribe(ApiCall call)
    {
        using var request = MembersRequest.ReadArray(call, "subscribers");
        var listId = request.RequireListId();
        lock (call.Project.Gate)
        {
            if (call.Project.VisibleList(listId) is not { } list) return Refusals.InvalidListId(listId);
            var writer = new MemberWriter(call.Project, createNewFields: true);
            return writer.CheckFields(request.Members.Items) ?? Add(call.Project, writer, list, request);
        }
    }

    public static ApiAnswer Unsubscribe(ApiCall call)
    {
        using var request = MembersRequest.ReadArray(call, "subscribers");
        var listId = request.RequireListId();
        lock (call.Project.Gate)
        {
            if (call.Project.VisibleList(listId) is not { } list) return Refusals.InvalidListId(listId);
            return Remove(call.Project, new MemberWriter(call.Project, createNewFields: false), list, request);
        }
    }

    private static ApiAnswer Add(Project project, MemberWriter writer, MemberList list, MembersRequest request)
    {
        foreach (ref readonly var member in request.Members.Items)
        {
            if (writer.Write(member, request.UpdateExistingUsersOnly, out _) is { } person && list.Add(person)) project.People.Touch(person);
        }
        return new ListAnswer
        {
            Succeeded = writer.Succeeded,
            Failures = writer.Failures,
            Nameless = project.Settings.NamelessFailures,
            CreatedFields = writer.CreatedFields,
        }.ToAnswer();
    }

    private static ApiAnswer Remove(Project project, MemberWriter writer, MemberList list, MembersRequest request)
    {
        foreach (ref readonly var member in request.Members.Items)
        {
            if (writer.Remove(member) is not { } person) continue;
            if (list.Remove(person)) project.People.Touch(person);
            if (request.ChannelUnsubscribe) person.ChannelUnsubscribed = true;
        }
        return new ListAnswer { Succeeded = writer.Succeeded, Failures = writer.Failures, Nameless = project.Settings.NamelessFailures }.ToAnswer();
    }
}
