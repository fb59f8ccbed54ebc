using System.Buffers;
using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Segment;

/// <summary>The parts of an event, as they are in the body; empty where they are missing. Of several of a name the last counts.</summary>
internal readonly struct SegmentEvent
{
    /// <summary>Characters of a message's id; Segment's are UUIDs with a word before them. A longer one counts as none.</summary>
    private const int MaxIdCharacters = 255;

    public ReadOnlyMemory<byte> Json { get; private init; }

    public ReadOnlyMemory<byte> UserId { get; private init; }

    public ReadOnlyMemory<byte> AnonymousId { get; private init; }

    public ReadOnlyMemory<byte> MessageIdValue { get; private init; }

    public ReadOnlyMemory<byte> Timestamp { get; private init; }

    private ReadOnlyMemory<byte> Type { get; init; }

    private ReadOnlyMemory<byte> Traits { get; init; }

    private ReadOnlyMemory<byte> Properties { get; init; }

    private ReadOnlyMemory<byte> Context { get; init; }

    /// <summary>The settings at the event's top, as an object; empty where there are none.</summary>
    public ReadOnlyMemory<byte> Extras { get; private init; }

    /// <summary>Whether it is an event at all: all that Segment sends says its type.</summary>
    public bool IsEvent => !Type.IsEmpty && !Type.Span.SequenceEqual("null"u8);

    /// <summary>Null where it has none: then nothing keeps it from being done twice.</summary>
    public string? MessageId => !MessageIdValue.IsEmpty && JsonValues.Word(MessageIdValue) is { Length: <= MaxIdCharacters } id ? id : null;

    public Personas Personas => Personas.Read(Context);

    /// <summary>What is no object has no parts.</summary>
    public static SegmentEvent Of(ReadOnlyMemory<byte> json)
    {
        var parts = new SegmentEvent { Json = json };
        var reader = JsonValues.ReaderOf(json);
        if (!JsonValues.IsObject(ref reader)) return parts;
        ArrayBufferWriter<byte>? extras = null;
        while (JsonValues.NextName(ref reader))
        {
            var part = PartOf(ref reader);
            var setting = part == Part.Other ? SettingName.Of(ref reader) : null;
            var value = JsonValues.Slice(ref reader, json);
            if (setting is not null && !value.Span.SequenceEqual("null"u8)) AddExtra(extras ??= new(), setting, value.Span);
            parts = part switch
            {
                Part.Type => parts with { Type = value },
                Part.UserId => parts with { UserId = value },
                Part.AnonymousId => parts with { AnonymousId = value },
                Part.MessageId => parts with { MessageIdValue = value },
                Part.Timestamp => parts with { Timestamp = value },
                Part.Traits => parts with { Traits = value },
                Part.Properties => parts with { Properties = value },
                Part.Context => parts with { Context = value },
                _ => parts,
            };
        }
        if (extras is null) return parts;
        extras.Write("}"u8);
        return parts with { Extras = extras.WrittenMemory };
    }

    private static void AddExtra(ArrayBufferWriter<byte> extras, string setting, ReadOnlySpan<byte> value)
    {
        extras.Write(extras.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        extras.Write(Encoding.UTF8.GetBytes(setting));
        extras.Write("\":"u8);
        extras.Write(value);
    }

    /// <summary>
    /// Whether the member entered or left: strictly by true and false, under the audience's key in the traits of an Identify, the
    /// properties of anything else, or in the other of the two where the key is not there.
    /// </summary>
    /// <param name="personas">What it is about.</param>
    /// <param name="audienceKey">Its name.</param>
    /// <param name="attributes">The object that has the key; where neither has, that of the event's type for a step of a journey, else empty.</param>
    public ChangeAction ReadMembership(Personas personas, string audienceKey, out ReadOnlyMemory<byte> attributes)
    {
        var isIdentify = !Type.IsEmpty && JsonValues.Word(Type) == "identify";
        var (own, other) = isIdentify ? (Traits, Properties) : (Properties, Traits);
        attributes = own;
        if (ReadMembership(own, audienceKey) is { } membership) return membership;
        attributes = other;
        if (ReadMembership(other, audienceKey) is { } elsewhere) return elsewhere;
        attributes = personas.IsJourneyStep ? own : default;
        return personas.IsJourneyStep ? ChangeAction.Add : ChangeAction.BadMembership;
    }

    private static ChangeAction? ReadMembership(ReadOnlyMemory<byte> json, string audienceKey)
    {
        if (json.IsEmpty) return null;
        var membership = (ChangeAction?)null;
        var reader = JsonValues.ReaderOf(json);
        if (!JsonValues.IsObject(ref reader)) return null;
        while (JsonValues.NextName(ref reader))
        {
            var isIt = JsonValues.TextOrNull(ref reader) == audienceKey;
            reader.Read();
            if (isIt) membership = JsonValues.Truth(ref reader) switch { true => ChangeAction.Add, false => ChangeAction.Remove, null => ChangeAction.BadMembership };
            reader.Skip();
        }
        return membership;
    }

    private static Part PartOf(ref Utf8JsonReader reader)
    {
        if (JsonValues.IsName(ref reader, "type"u8)) return Part.Type;
        if (JsonValues.IsName(ref reader, "userId"u8)) return Part.UserId;
        if (JsonValues.IsName(ref reader, "anonymousId"u8)) return Part.AnonymousId;
        if (JsonValues.IsName(ref reader, "messageId"u8)) return Part.MessageId;
        if (JsonValues.IsName(ref reader, "timestamp"u8)) return Part.Timestamp;
        if (JsonValues.IsName(ref reader, "traits"u8)) return Part.Traits;
        if (JsonValues.IsName(ref reader, "properties"u8)) return Part.Properties;
        return JsonValues.IsName(ref reader, "context"u8) ? Part.Context : Part.Other;
    }

    private enum Part
    {
        Other,
        Type,
        UserId,
        AnonymousId,
        MessageId,
        Timestamp,
        Traits,
        Properties,
        Context,
    }
}
