using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;

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
    public string? FindObstacle(AmplitudeMessage message) =>
        stream.Events.Enabled ? _filters.FindObstacle(Encoding.UTF8.GetString(message.EventType.Span), message) : "events.enabled";

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

    /// <summary>
    /// An export says it in UTC, the HTTP form in milliseconds. One that cannot be used, or is ahead of our clock by more than changes may be,
    /// counts as missing: then it is the time of receipt, also if it is sent much later.
    /// </summary>
    private DateTimeOffset TimeOf(AmplitudeMessage message)
    {
        var said = ExportedTimeOf(message.Field("event_time"u8)) ?? MillisecondsOf(message.Field("time"u8));
        return said <= ChunkBuilder.LatestBelievable(receivedAt) ? DateTimeOffset.FromUnixTimeMilliseconds(said.Value) : receivedAt;
    }

    private static long? ExportedTimeOf(ReadOnlyMemory<byte> value)
    {
        if (value.IsEmpty) return null;
        if (ValueWriter.TryReadOwnTime(value, out var own)) return UtcTimes.Usable(own);
        var reader = JsonValues.ReaderOf(value);
        return UtcTimes.TryRead(ref reader, out var time) ? UtcTimes.Usable(time) : null;
    }

    private static long? MillisecondsOf(ReadOnlyMemory<byte> value)
    {
        var text = Encoding.UTF8.GetString(AmplitudeMessage.TextOf(value, orNumber: true).Span);
        var isNumber = decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var milliseconds);
        return isNumber && milliseconds >= 1 && milliseconds <= long.MaxValue ? (long)milliseconds : null;
    }
}
