using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Unicode;
using IterableForwarder.Changes;
using IterableForwarder.Http;

namespace IterableForwarder.Ingress.Members;

/// <summary>Reads one change of the members format. Strict: every error is named, unknown fields are ignored.</summary>
internal static class ChangeReader
{
    /// <summary>False, with at least one error added, when it is not a valid change.</summary>
    /// <param name="json">One JSON value.</param>
    /// <param name="index">Its position in the body, for the errors.</param>
    /// <param name="errors">Receives every error.</param>
    /// <param name="change">Its memory is part of <paramref name="json"/> where nothing was escaped.</param>
    public static bool TryRead(ReadOnlyMemory<byte> json, int index, ValidationErrors errors, out Change change)
    {
        change = default;
        if (!Utf8.IsValid(json.Span))
        {
            errors.Add(PathOf(index), "is not valid UTF-8");
            return false;
        }
        var reader = new Utf8JsonReader(json.Span, KeptJson.AnyDepth);
        reader.Read();
        var isValid = TryRead(ref reader, json, index, errors, out change);
        if (!isValid && reader.TokenType != JsonTokenType.EndObject) return false;
        // what follows on a line would be thrown at here
        reader.Read();
        return isValid;
    }

    /// <summary>As above, of a change within other JSON.</summary>
    /// <param name="reader">Is on the first token of the change; afterwards on its last, unless it is no object.</param>
    /// <param name="json">What it reads from: valid UTF-8.</param>
    /// <param name="index">Its position in the body, for the errors.</param>
    /// <param name="errors">Receives every error.</param>
    /// <param name="change">Its memory is part of <paramref name="json"/> where nothing was escaped.</param>
    public static bool TryRead(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, int index, ValidationErrors errors, out Change change)
    {
        change = default;
        var before = errors.Count;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            errors.Add(PathOf(index), "must be an object");
            return false;
        }
        var fields = new Fields(json, index, errors);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Read(ref reader);
        change = fields.ToChange();
        return errors.Count == before;
    }

    /// <summary>Where the change at this position is in the body.</summary>
    public static string PathOf(int index) => $"changes[{index}]";

    /// <summary>The fields of one change as they are met.</summary>
    private ref struct Fields(ReadOnlyMemory<byte> json, int index, ValidationErrors errors)
    {
        private ChangeAction? _action;
        private bool _sawAction;
        private ReadOnlyMemory<byte> _email;
        private ReadOnlyMemory<byte> _customerId;
        private ReadOnlyMemory<byte> _mpid;
        private ReadOnlyMemory<byte> _attributes;
        private long? _occurredAt;

        public void Read(ref Utf8JsonReader reader)
        {
            try
            {
                ReadField(ref reader);
            }
            catch (InvalidOperationException)
            {
                // comparing such a name throws; it can be none of ours
                errors.Add(PathOf(index), "has a field name with half a surrogate pair");
                reader.Skip();
            }
        }

        private void ReadField(ref Utf8JsonReader reader)
        {
            if (IsNamed(ref reader, "action"u8)) ReadAction(ref reader);
            else if (IsNamed(ref reader, "email"u8)) _email = ReadText(ref reader, "email");
            else if (IsNamed(ref reader, "customerId"u8)) _customerId = ReadText(ref reader, "customerId", orNumber: true);
            else if (IsNamed(ref reader, "mpid"u8)) _mpid = ReadText(ref reader, "mpid", orNumber: true);
            else if (IsNamed(ref reader, "attributes"u8)) _attributes = ReadAttributes(ref reader);
            else if (IsNamed(ref reader, "occurredAt"u8)) ReadTime(ref reader);
            else reader.Skip();
        }

        /// <summary>Names are hardly ever escaped: then their bytes are compared, which takes a fraction of what the reader's own comparison does.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static bool IsNamed(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
            reader.ValueIsEscaped || reader.HasValueSequence ? reader.ValueTextEquals(name) : reader.ValueSpan.SequenceEqual(name);

        public readonly Change ToChange()
        {
            if (!_sawAction) AddError("action", "is required: \"add\" or \"remove\"");
            return new()
            {
                Action = _action ?? ChangeAction.Unsupported,
                Email = _email,
                CustomerId = _customerId,
                Mpid = _mpid,
                Attributes = _attributes,
                OccurredAt = _occurredAt,
            };
        }

        private readonly void AddError(string field, string error) => errors.Add($"{PathOf(index)}.{field}", error);

        private void ReadAction(ref Utf8JsonReader reader)
        {
            reader.Read();
            _sawAction = true;
            var isText = reader.TokenType == JsonTokenType.String;
            if (isText && reader.ValueTextEquals("add"u8)) _action = ChangeAction.Add;
            else if (isText && reader.ValueTextEquals("remove"u8)) _action = ChangeAction.Remove;
            else AddError("action", "must be \"add\" or \"remove\"");
            reader.Skip();
        }

        private readonly ReadOnlyMemory<byte> ReadText(ref Utf8JsonReader reader, string field, bool orNumber = false)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return default;
            var isNumber = orNumber && reader.TokenType == JsonTokenType.Number;
            if (reader.TokenType != JsonTokenType.String && !isNumber)
            {
                AddError(field, orNumber ? "must be a text or a number" : "must be a text");
                reader.Skip();
                return default;
            }
            var value = isNumber ? JsonNumbers.Plain(Slice(ref reader, isNumber)) : reader.ValueIsEscaped ? Unescape(ref reader, field) : Slice(ref reader, isNumber);
            if (value.Length <= ValueLimits.Identifier) return value;
            AddError(field, $"is longer than {ValueLimits.Identifier} bytes");
            return default;
        }

        private readonly ReadOnlyMemory<byte> Slice(ref Utf8JsonReader reader, bool isNumber) =>
            json.Slice((int)reader.TokenStartIndex + (isNumber ? 0 : 1), reader.ValueSpan.Length);

        private readonly ReadOnlyMemory<byte> Unescape(ref Utf8JsonReader reader, string field)
        {
            try
            {
                var value = new byte[reader.ValueSpan.Length];
                return value.AsMemory(0, reader.CopyString(value));
            }
            catch (InvalidOperationException)
            {
                AddError(field, "has an escape that is half a surrogate pair");
                return default;
            }
        }

        private readonly ReadOnlyMemory<byte> ReadAttributes(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return default;
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            if (!isObject) AddError("attributes", "must be an object");
            var depth = reader.CurrentDepth;
            while (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray || reader.CurrentDepth > depth)
            {
                if (!reader.Read() || (reader.TokenType is JsonTokenType.EndObject && reader.CurrentDepth == depth)) break;
                CheckText(ref reader);
            }
            return isObject ? json[start..(int)reader.BytesConsumed] : default;
        }

        /// <summary>What is stored here is read again on the way out: it must be readable then.</summary>
        private readonly void CheckText(ref Utf8JsonReader reader)
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped) Unescape(ref reader, "attributes");
        }

        private void ReadTime(ref Utf8JsonReader reader)
        {
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null) return;
            if (UtcTimes.TryRead(ref reader, out var time)) _occurredAt = UtcTimes.Usable(time);
            else AddError("occurredAt", "must be a time such as \"2026-01-31T13:00:00Z\"");
            reader.Skip();
        }
    }
}
