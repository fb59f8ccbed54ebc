using System.Buffers;
using System.Text.Json;
using Iterable.Client.Requests;

namespace IterableForwarder.Changes;

/// <summary>
/// How the attributes of a change hold an event: a JSON object with the fields of Iterable's own, the identifiers apart. It
/// lives in databases: read what was ever written.
/// </summary>
internal static class EventForm
{
    /// <param name="output">Receives it.</param>
    /// <param name="item">Its data fields are a JSON object as it is to be sent, or empty; its identifiers are left out.</param>
    public static void Write(IBufferWriter<byte> output, in IterableEvent item)
    {
        using var json = new Utf8JsonWriter(output, new() { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("eventName"u8, item.EventName.Span);
        if (!item.Id.IsEmpty) json.WriteString("id"u8, item.Id.Span);
        if (item.CreatedAt is { } createdAt) json.WriteNumber("createdAt"u8, createdAt);
        if (item.CampaignId is { } campaignId) json.WriteNumber("campaignId"u8, campaignId);
        if (item.TemplateId is { } templateId) json.WriteNumber("templateId"u8, templateId);
        if (!item.DataFields.IsEmpty)
        {
            json.WritePropertyName("dataFields"u8);
            json.WriteRawValue(item.DataFields.Span, skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    public static IterableEvent Read(ReadOnlyMemory<byte> json)
    {
        var item = default(IterableEvent);
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("eventName"u8)) item = item with { EventName = TextOf(ref reader) };
            else if (reader.ValueTextEquals("id"u8)) item = item with { Id = TextOf(ref reader) };
            else if (reader.ValueTextEquals("createdAt"u8)) item = item with { CreatedAt = NumberOf(ref reader) };
            else if (reader.ValueTextEquals("campaignId"u8)) item = item with { CampaignId = NumberOf(ref reader) };
            else if (reader.ValueTextEquals("templateId"u8)) item = item with { TemplateId = NumberOf(ref reader) };
            else if (reader.ValueTextEquals("dataFields"u8)) item = item with { DataFields = ValueOf(ref reader, json) };
            else reader.Skip();
        }
        return item;
    }

    private static byte[] TextOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        var text = new byte[reader.ValueSpan.Length];
        return text.AsSpan(0, reader.CopyString(text)).ToArray();
    }

    private static long NumberOf(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.GetInt64();
    }

    private static ReadOnlyMemory<byte> ValueOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
