using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>What a message asks for beside an update, and nobody can forward.</summary>
/// <param name="Operation">The operation, such as <c>$add</c>.</param>
internal readonly record struct UnsupportedOperation(string Operation, Change Change);

/// <summary>Turns the user properties of a message into changes, as its stream says. Only selected properties count, in whatever form.</summary>
internal sealed class UserReader(EventStream stream)
{
    private const string Nothing = "{}";
    private const int MaxCharacters = 100;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly Identity _identity = new(stream);
    private readonly Locator[] _properties = stream.Users.Enabled ? [.. stream.Users.Properties.Select(p => new Locator(p))] : [];

    /// <summary>Null where no selected property is set. The later value of a field wins, by the order of acceptance.</summary>
    public Change? ReadUpdate(AmplitudeMessage message)
    {
        if (_properties.Length == 0 || message.UserProperties.IsEmpty) return null;
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, Relaxed))
        {
            json.WriteStartObject();
            foreach (var property in _properties) ValueWriter.TryWrite(json, property.Path, property.Find(message));
            json.WriteEndObject();
        }
        return output.WrittenCount > Nothing.Length ? ChangeOf(message, ChangeAction.Add, output.WrittenMemory) : null;
    }

    /// <summary>The operations on selected properties that are not a plain setting.</summary>
    public IReadOnlyList<UnsupportedOperation> ReadUnsupported(AmplitudeMessage message)
    {
        if (_properties.Length == 0 || message.UserProperties.IsEmpty) return [];
        var found = new List<UnsupportedOperation>();
        // once for all of them: each look for an identifier walks over the whole message
        Change? change = null;
        var reader = JsonValues.ReaderOf(message.UserProperties);
        if (!JsonValues.IsObject(ref reader)) return [];
        while (JsonValues.NextName(ref reader))
        {
            var name = JsonValues.TextOrNull(ref reader);
            var value = JsonValues.Slice(ref reader, message.UserProperties);
            if (name is ['$', ..] and not "$set" && Touches(value)) found.Add(new(JsonValues.Cut(name, MaxCharacters), change ??= ChangeOf(message, ChangeAction.Unsupported, default)));
        }
        if (found.Count > 0) ChangeLimit.CheckRepetition(found.Count, found[0].Change.Email.Length + found[0].Change.CustomerId.Length, message.Json.Length);
        return found;
    }

    /// <summary>An operation on no property by name, such as <c>$clearAll</c>, is one on all of them.</summary>
    private bool Touches(ReadOnlyMemory<byte> operand) =>
        AmplitudeMessage.TypeOf(operand) != JsonTokenType.StartObject || _properties.Any(p => !p.Within(operand).IsEmpty);

    private Change ChangeOf(AmplitudeMessage message, ChangeAction action, ReadOnlyMemory<byte> attributes) => new()
    {
        Action = action,
        Email = _identity.EmailOf(message),
        CustomerId = _identity.UserIdOf(message),
        Attributes = attributes,
    };
}
