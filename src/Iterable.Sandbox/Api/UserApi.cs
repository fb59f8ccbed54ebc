using System.Text;

namespace Iterable.Sandbox.Api;

/// <summary>Writes users: many at once, and one at a time.</summary>
internal static class UserApi
{
    public static ApiAnswer BulkUpdate(ApiCall call)
    {
        using var request = MembersRequest.ReadArray(call, "users");
        lock (call.Project.Gate)
        {
            var writer = new MemberWriter(call.Project, request.CreateNewFields);
            return writer.CheckFields(request.Members.Items) ?? WriteAll(writer, request);
        }
    }

    public static ApiAnswer Update(ApiCall call)
    {
        using var request = MembersRequest.ReadSingle(call);
        lock (call.Project.Gate)
        {
            var writer = new MemberWriter(call.Project, request.CreateNewFields);
            if (writer.CheckFields(request.Members.Items) is { } refusal) return refusal;
            var person = writer.Write(request.Members.Items[0], existingOnly: false, out _);
            return person is null ? SingleFailure.Of(writer.Failures) : Envelope.Success("User updated");
        }
    }

    private static ApiAnswer WriteAll(MemberWriter writer, MembersRequest request)
    {
        var noOpEmails = new List<string>();
        var noOpUserIds = new List<string>();
        foreach (ref readonly var member in request.Members.Items)
        {
            if (writer.Write(member, existingOnly: false, out var changed) is null || changed) continue;
            if (member.Email is { } email) noOpEmails.Add(Encoding.UTF8.GetString(email.Span));
            else noOpUserIds.Add(Encoding.UTF8.GetString(member.UserId!.Value.Span));
        }
        return new ListAnswer
        {
            Succeeded = writer.Succeeded,
            Failures = writer.Failures,
            CreatedFields = writer.CreatedFields,
            FilteredOutFields = writer.FilteredOutFields,
            NoOps = (noOpEmails, noOpUserIds),
        }.ToAnswer();
    }
}
