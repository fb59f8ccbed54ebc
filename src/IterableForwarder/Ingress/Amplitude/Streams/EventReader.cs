using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Turns an event into a change, as its stream says.</summary>
internal sealed class EventReader(EventStream stream, DateTimeOffset receivedAt)
{
    private const string Nothing = "{}";

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Identity _identity = new(stream);
    private readonly EventFilters _filters = new(stream.Events.Include);
    private readonly Locator[] _properties = [.. stream.Events.Properties.Select(p => new Locator(p))];
    private readonly ArrayBufferWriter<byte> _dataFields = new();

    /// <summary>Null for an event that is wanted; else the path of what stops it in the stream's definition.</summary>
    public string? FindStop(AmplitudeMessage message) =>
        stream.Events.Enabled ? _filters.FindStop(Encoding.UTF8.GetString(message.EventType.Span), message) : "events.enabled";

    /// <summary>Events are in no order among themselves, so the change has no time of its own; what Iterable shows is in the event.</summary>
    public Change Read(AmplitudeMessage message)
    {
        var form = new ArrayBufferWriter<byte>();
        EventForm.Write(form, new IterableEvent
        {
            EventName = message.EventType,
            Id = EventId.For(message),
            CreatedAt = TimeOf(message).ToUnixTimeSeconds(),
            CampaignId = _identity.CampaignOf(message),
            TemplateId = _identity.TemplateOf(message),
            DataFields = DataFieldsOf(message),
        });
        return new()
        {
            Action = ChangeAction.Add,
            Email = _identity.EmailOf(message),
            CustomerId = _identity.UserIdOf(message),
            Attributes = form.WrittenMemory,
        };
    }

    private ReadOnlyMemory<byte> DataFieldsOf(AmplitudeMessage message)
    {
        _dataFields.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_dataFields, Relaxed))
        {
            json.WriteStartObject();
            foreach (var property in _properties) ValueWriter.TryWrite(json, property.Name, property.Find(message), property.IsOwnTime);
            json.WriteEndObject();
        }
        return _dataFields.WrittenCount > Nothing.Length ? _dataFields.WrittenMemory : default;
    }

    /// <summary>An export says it in UTC, the HTTP form in milliseconds; without either it is the time of receipt, also if it is sent much later.</summary>
    private DateTimeOffset TimeOf(AmplitudeMessage message)
    {
        if (ValueWriter.TryReadOwnTime(message.Field("event_time"u8), out var exported)) return exported;
        if (ReadIso(message.Field("event_time"u8)) is { } iso) return iso;
        var text = Encoding.UTF8.GetString(AmplitudeMessage.TextOf(message.Field("time"u8), orNumber: true).Span);
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds > 0 && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : receivedAt;
    }

    private static DateTimeOffset? ReadIso(ReadOnlyMemory<byte> value)
    {
        var text = Encoding.UTF8.GetString(AmplitudeMessage.TextOf(value, orNumber: false).Span);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
