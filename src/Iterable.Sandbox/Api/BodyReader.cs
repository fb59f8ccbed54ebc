using System.Text.Json;

namespace Iterable.Sandbox.Api;

/// <summary>
/// Reads a body once, forward, in slices of its own bytes. Knows where it is only as far as a refusal has to say it.
/// </summary>
internal ref struct BodyReader(ReadOnlyMemory<byte> body)
{
    private readonly ReadOnlyMemory<byte> _body = body;
    private Utf8JsonReader _reader = new(body.Span);
    private string? _array;
    private int _index = -1;

    public void BeginBody()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject) throw new RefusedException(Refusals.BadJsonBody);
    }

    /// <summary>What follows the body's last brace, if anything, is refused.</summary>
    public void EndBody() => _reader.Read();

    /// <summary>True at the next name of the object, false past its end.</summary>
    public bool NextName() => _reader.Read() && _reader.TokenType == JsonTokenType.PropertyName;

    public readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    public void SkipValue()
    {
        _reader.Read();
        _reader.Skip();
    }

    public void BeginArray(string name)
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartArray) throw Bad(name, "must be an array");
        _array = name;
        _index = -1;
    }

    /// <summary>True inside the next object of the array, false past the array's end.</summary>
    public bool NextObject()
    {
        _reader.Read();
        _index++;
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            _array = null;
            return false;
        }
        if (_reader.TokenType != JsonTokenType.StartObject) throw new RefusedException(Refusals.BadParams($"{_array}[{_index}]", "must be an object"));
        return true;
    }

    public ReadOnlyMemory<byte>? Text(string name)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null) return null;
        if (_reader.TokenType != JsonTokenType.String) throw Bad(name, "must be a string");
        if (!_reader.ValueIsEscaped) return _body.Slice((int)_reader.TokenStartIndex + 1, _reader.ValueSpan.Length);
        var text = new byte[_reader.ValueSpan.Length];
        return text.AsMemory(0, _reader.CopyString(text));
    }

    public bool? Boolean(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw Bad(name, "must be true or false"),
        };
    }

    public long? Integer(string name)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null) return null;
        return _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var number) ? number : throw Bad(name, "must be a whole number");
    }

    public ReadOnlyMemory<byte> Object(string name)
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null) return default;
        if (_reader.TokenType != JsonTokenType.StartObject) throw Bad(name, "must be an object");
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        return _body[start..(int)_reader.BytesConsumed];
    }

    public readonly RefusedException Bad(string name, string problem) =>
        new(Refusals.BadParams(_array is null ? name : $"{_array}[{_index}].{name}", problem));
}
