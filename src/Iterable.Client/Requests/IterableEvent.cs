using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Iterable.Client.Requests;

/// <summary>One custom event in a <see cref="TrackBulkRequest"/>, as UTF-8. What is empty or null is left out of the body.</summary>
public readonly struct IterableEvent
{
    // What surrounds the values when every field is there, its three numbers as long as they get.
    private static readonly int FieldsLength =
        """{"eventName":"","email":"","userId":"","id":"","createdAt":,"dataFields":,"campaignId":,"templateId":},""".Length
        + 3 * long.MinValue.ToString(CultureInfo.InvariantCulture).Length;

    /// <summary>The event's name; required by Iterable.</summary>
    public ReadOnlyMemory<byte> EventName { get; init; }

    /// <summary>The e-mail of whoever did it, or empty.</summary>
    public ReadOnlyMemory<byte> Email { get; init; }

    /// <summary>The user id of whoever did it, or empty; compared exactly.</summary>
    public ReadOnlyMemory<byte> UserId { get; init; }

    /// <summary>
    /// Unique in the project, at most 512 bytes of letters, digits and hyphens. The same id sent again replaces the event,
    /// so only an event with an id may be repeated without being counted twice.
    /// </summary>
    public ReadOnlyMemory<byte> Id { get; init; }

    /// <summary>When it happened, in seconds since 1970; null lets Iterable take the time of receipt.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>A JSON object as UTF-8, written unchanged, or empty for none.</summary>
    public ReadOnlyMemory<byte> DataFields { get; init; }

    /// <summary>The campaign it is tied to, or null.</summary>
    public long? CampaignId { get; init; }

    /// <summary>The template it is tied to, or null.</summary>
    public long? TemplateId { get; init; }

    /// <summary>An upper bound of the bytes this event takes in a body, its comma included; as <see cref="Member.MaxJsonLength"/>.</summary>
    public int MaxJsonLength => JsonBody.Saturate(
        FieldsLength + JsonBody.MaxEscapedLength(EventName.Span) + JsonBody.MaxEscapedLength(Email.Span)
        + JsonBody.MaxEscapedLength(UserId.Span) + JsonBody.MaxEscapedLength(Id.Span) + DataFields.Length);

    /// <summary>For callers that hold text.</summary>
    public static IterableEvent Of(
        string eventName, string? email, string? userId = null, string? id = null, string? dataFieldsJson = null) => new()
        {
            EventName = Encoding.UTF8.GetBytes(eventName),
            Email = Encoding.UTF8.GetBytes(email ?? ""),
            UserId = Encoding.UTF8.GetBytes(userId ?? ""),
            Id = Encoding.UTF8.GetBytes(id ?? ""),
            DataFields = Encoding.UTF8.GetBytes(dataFieldsJson ?? ""),
        };

    internal MemberKeys Keys => new(Email, UserId, EventName);

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        JsonBody.WriteText(writer, "eventName"u8, EventName);
        JsonBody.WriteText(writer, "email"u8, Email);
        JsonBody.WriteText(writer, "userId"u8, UserId);
        JsonBody.WriteText(writer, "id"u8, Id);
        JsonBody.WriteNumber(writer, "createdAt"u8, CreatedAt);
        JsonBody.WriteJson(writer, "dataFields"u8, DataFields);
        JsonBody.WriteNumber(writer, "campaignId"u8, CampaignId);
        JsonBody.WriteNumber(writer, "templateId"u8, TemplateId);
        writer.WriteEndObject();
    }
}
