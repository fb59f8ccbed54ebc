using System.Security.Cryptography;
using System.Text;
using Iterable.Sandbox.Fields;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>Reads users, the names of their fields, and who was forgotten.</summary>
internal static class UserReadApi
{
    public static ApiAnswer GetByEmailPath(ApiCall call) => GetByEmail(call, call.RouteText("email"));

    public static ApiAnswer GetByEmail(ApiCall call) => GetByEmail(call, call.Query("email"));

    public static ApiAnswer GetByUserIdPath(ApiCall call) => GetByUserId(call, call.RouteText("userId"));

    public static ApiAnswer GetByUserId(ApiCall call) => GetByUserId(call, call.Query("userId"));

    public static ApiAnswer GetFields(ApiCall call)
    {
        lock (call.Project.Gate)
        {
            return new ApiAnswer(200, Envelope.Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartObject("fields"u8);
                foreach (var (path, kind) in FieldsOf(call.Project)) writer.WriteString(path, kind.Name());
                writer.WriteEndObject();
                writer.WriteEndObject();
            }));
        }
    }

    public static ApiAnswer GetForgottenEmails(ApiCall call) => call.Project.Settings.Type == ProjectType.UserId
        ? Refusals.BadParams("email", "does not identify users in this project")
        : Forgotten(call.Project, "hashedEmails", project => project.Forgotten.Emails);

    public static ApiAnswer GetForgottenUserIds(ApiCall call) => call.Project.Settings.Type == ProjectType.Email
        ? Refusals.BadParams("userId", "does not identify users in this project")
        : Forgotten(call.Project, "hashedUserIds", project => project.Forgotten.UserIds);

    private static ApiAnswer GetByEmail(ApiCall call, string? email)
    {
        var wanted = Encoding.UTF8.GetBytes((email ?? "").ToLowerInvariant());
        if (!EmailFormat.IsValid(wanted)) return Refusals.InvalidEmail;
        lock (call.Project.Gate) return Profile.Answer(call.Project, call.Project.People.ByEmail(wanted));
    }

    private static ApiAnswer GetByUserId(ApiCall call, string? userId)
    {
        var wanted = Encoding.UTF8.GetBytes(userId ?? "");
        if (!UserIdFormat.IsValid(wanted)) return Refusals.InvalidUserId;
        lock (call.Project.Gate) return Profile.Answer(call.Project, call.Project.People.ByUserId(wanted));
    }

    private static IEnumerable<(string Path, FieldKind Kind)> FieldsOf(Project project) =>
    [
        ("email", FieldKind.String),
        ("userId", FieldKind.String),
        ("signupDate", FieldKind.Date),
        ("profileUpdatedAt", FieldKind.Date),
        (Profile.ListField(project.Settings.Type), FieldKind.Number),
        .. project.UserFields.Leaves().Select(leaf => (leaf.Path, leaf.Kind)).OrderBy(leaf => leaf.Path, StringComparer.Ordinal),
    ];

    /// <summary>SHA-256 of each identifier in lower case.</summary>
    private static ApiAnswer Forgotten(Project project, string name, Func<Project, IEnumerable<byte[]>> identifiersOf)
    {
        lock (project.Gate)
        {
            return new ApiAnswer(200, Envelope.Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray(name);
                foreach (var identifier in identifiersOf(project)) writer.WriteStringValue(Hash(identifier));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }));
        }
    }

    private static string Hash(byte[] identifier) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(identifier).Trim().ToLowerInvariant())));
}
