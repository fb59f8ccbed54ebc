using System.Text;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Users: many at once, one at a time, and reading one.</summary>
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

    public static ApiAnswer GetByPath(ApiCall call) => Get(call, call.RouteText("email"));

    public static ApiAnswer GetByEmail(ApiCall call) => Get(call, call.Query("email"));

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

    private static ApiAnswer Get(ApiCall call, string? email)
    {
        var wanted = Encoding.UTF8.GetBytes((email ?? "").ToLowerInvariant());
        if (!EmailFormat.IsValid(wanted)) return Envelope.Of(400, "InvalidEmailAddressError", "Invalid email");
        lock (call.Project.Gate)
        {
            return call.Project.People.ByEmail(wanted) is { Known: true } person
                ? new ApiAnswer(200, Describe(person))
                : Envelope.Of(400, "UnknownEmailError", "No user with this email");
        }
    }

    private static ReadOnlyMemory<byte> Describe(Person person) => Envelope.Json(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("user"u8);
        writer.WriteString("email"u8, person.Email);
        if (person.UserId is { } userId) writer.WriteString("userId"u8, userId);
        writer.WritePropertyName("dataFields"u8);
        writer.WriteRawValue(person.DataFields ?? "{}"u8, skipInputValidation: true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
