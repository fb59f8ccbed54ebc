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
            return writer.CheckFields(request.Members.Items) ?? Add(writer, list, request, call.Project.Settings.NamelessFailures);
        }
    }

    public static ApiAnswer Unsubscribe(ApiCall call)
    {
        using var request = MembersRequest.ReadArray(call, "subscribers");
        var listId = request.RequireListId();
        lock (call.Project.Gate)
        {
            if (call.Project.VisibleList(listId) is not { } list) return Refusals.InvalidListId(listId);
            return Remove(new MemberWriter(call.Project, createNewFields: false), list, request, call.Project.Settings.NamelessFailures);
        }
    }

    private static ApiAnswer Add(MemberWriter writer, MemberList list, MembersRequest request, bool nameless)
    {
        foreach (ref readonly var member in request.Members.Items)
        {
            if (writer.Write(member, request.UpdateExistingUsersOnly, out _) is { } person) list.Add(person);
        }
        return new ListAnswer { Succeeded = writer.Succeeded, Failures = writer.Failures, Nameless = nameless, CreatedFields = writer.CreatedFields }.ToAnswer();
    }

    private static ApiAnswer Remove(MemberWriter writer, MemberList list, MembersRequest request, bool nameless)
    {
        foreach (ref readonly var member in request.Members.Items)
        {
            if (writer.Remove(member) is not { } person) continue;
            list.Remove(person);
            if (request.ChannelUnsubscribe) person.ChannelUnsubscribed = true;
        }
        return new ListAnswer { Succeeded = writer.Succeeded, Failures = writer.Failures, Nameless = nameless }.ToAnswer();
    }
}
