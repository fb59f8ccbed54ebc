using System.Globalization;
using System.Text.Json;
using Iterable.Sandbox.Projects;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>A user's profile as Iterable shows it: what was sent, and the fields that Iterable itself keeps.</summary>
internal static class Profile
{
    private static readonly HashSet<string> Kept = ["email", "userId", "signupDate", "profileUpdatedAt", "emailListIds", "userListIds"];

    /// <summary>Where a profile has its static lists: https://support.iterable.com/hc/articles/9216719179796.</summary>
    public static string ListField(ProjectType type) => type == ProjectType.Email ? "emailListIds" : "userListIds";

    /// <summary>The answer to reading a user; an unknown one is an empty object.</summary>
    public static ApiAnswer Answer(Project project, Person? person) => new(200, Envelope.Json(writer =>
    {
        writer.WriteStartObject();
        if (person is { Known: true }) WriteUser(writer, project, person);
        writer.WriteEndObject();
    }));

    /// <summary>All fields at one level, into an object that the caller has begun.</summary>
    /// <param name="isShown">Chooses by the name of a field.</param>
    public static void WriteFields(Utf8JsonWriter writer, ProjectType type, Person person, IEnumerable<long> lists, Func<string, bool> isShown)
    {
        WriteText(writer, "email", person.Email, isShown);
        WriteText(writer, "userId", person.UserId, isShown);
        WriteTime(writer, "signupDate", person.CreatedAt, isShown);
        WriteTime(writer, "profileUpdatedAt", person.UpdatedAt, isShown);
        WriteLists(writer, ListField(type), lists, isShown);
        if (person.DataFields is null) return;
        using var fields = JsonDocument.Parse(person.DataFields);
        foreach (var field in fields.RootElement.EnumerateObject().Where(field => !Kept.Contains(field.Name) && isShown(field.Name))) field.WriteTo(writer);
    }

    public static string Time(long unixSeconds) =>
        DateTimeOffset.FromUnixTimeSeconds(unixSeconds).ToString("yyyy-MM-dd HH:mm:ss +00:00", CultureInfo.InvariantCulture);

    // Iterable's Swagger requires the e-mail of a user, hence an empty one where a user has none.
    private static void WriteUser(Utf8JsonWriter writer, Project project, Person person)
    {
        writer.WriteStartObject("user"u8);
        writer.WriteString("email"u8, person.Email);
        if (person.UserId is { } userId) writer.WriteString("userId"u8, userId);
        writer.WriteStartObject("dataFields"u8);
        WriteFields(writer, project.Settings.Type, person, project.ListsOf(person), _ => true);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter writer, string name, byte[]? text, Func<string, bool> isShown)
    {
        if (text is not null && isShown(name)) writer.WriteString(name, text);
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, long unixSeconds, Func<string, bool> isShown)
    {
        if (isShown(name)) writer.WriteString(name, Time(unixSeconds));
    }

    private static void WriteLists(Utf8JsonWriter writer, string name, IEnumerable<long> lists, Func<string, bool> isShown)
    {
        if (!isShown(name)) return;
        writer.WriteStartArray(name);
        foreach (var list in lists) writer.WriteNumberValue(list);
        writer.WriteEndArray();
    }
}
