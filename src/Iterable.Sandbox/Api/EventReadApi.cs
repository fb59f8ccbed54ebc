using System.Globalization;
using System.Text;
using System.Text.Json;
using Iterable.Sandbox.Events;
using Iterable.Sandbox.Identity;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>The events of one user, the newest first.</summary>
internal static class EventReadApi
{
    private const int DefaultLimit = 30;
    private const int MaxEvents = 200;

    public static ApiAnswer GetByEmail(ApiCall call)
    {
        var email = Encoding.UTF8.GetBytes(call.RouteText("email").ToLowerInvariant());
        return EmailFormat.IsValid(email) ? Get(call, people => people.ByEmail(email)) : Refusals.InvalidEmail;
    }

    public static ApiAnswer GetByUserId(ApiCall call)
    {
        var userId = Encoding.UTF8.GetBytes(call.RouteText("userId"));
        return UserIdFormat.IsValid(userId) ? Get(call, people => people.ByUserId(userId)) : Refusals.InvalidUserId;
    }

    private static ApiAnswer Get(ApiCall call, Func<PersonDirectory, Person?> find)
    {
        var limit = Limit(call.Query("limit"));
        SandboxEvent[] events;
        lock (call.Project.Gate)
        {
            events = find(call.Project.People) is { } person
                ? [.. call.Project.Events.Of(person).Reverse().OrderByDescending(each => each.CreatedAt).Take(limit)]
                : [];
        }
        return new ApiAnswer(200, Envelope.Json(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("events"u8);
            foreach (var each in events) Write(writer, each);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));
    }

    private static int Limit(string? text)
    {
        if (text is null) return DefaultLimit;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxEvents) return limit;
        throw new RefusedException(Refusals.BadParams("limit", "must be 1 to 200"));
    }

    private static void Write(Utf8JsonWriter writer, SandboxEvent each)
    {
        writer.WriteStartObject();
        writer.WriteString("_id"u8, each.Id);
        writer.WriteString("eventType"u8, "customEvent"u8);
        writer.WriteString("eventName"u8, each.EventName);
        if (each.Email is not null) writer.WriteString("email"u8, each.Email);
        if (each.UserId is not null) writer.WriteString("userId"u8, each.UserId);
        writer.WriteString("createdAt"u8, Profile.Time(each.CreatedAt));
        if (each.CampaignId is { } campaign) writer.WriteNumber("campaignId"u8, campaign);
        if (each.TemplateId is { } template) writer.WriteNumber("templateId"u8, template);
        writer.WritePropertyName("dataFields"u8);
        writer.WriteRawValue(each.DataFields ?? "{}", skipInputValidation: true);
        writer.WriteEndObject();
    }
}
