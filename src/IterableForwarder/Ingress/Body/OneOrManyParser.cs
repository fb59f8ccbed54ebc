using System.Buffers;
using System.Text.Json;

namespace IterableForwarder.Ingress.Body;

/// <summary>Takes a body apart that is an array of messages, an object with one, or a single message.</summary>
/// <param name="arrayName">What the array is called within an object.</param>
/// <param name="maxElementBytes">A message that is longer is an error.</param>
/// <param name="mayBeArray">Whether the body itself may be the array.</param>
internal abstract class OneOrManyParser(string arrayName, int maxElementBytes, bool mayBeArray) : ElementParser(arrayName, maxElementBytes, mayBeArray)
{
    /// <summary>The members of the object so far, which may turn out to be a message.</summary>
    private readonly ArrayBufferWriter<byte> _single = new();

    /// <summary>Bytes of memory that these take.</summary>
    public long SingleBytes => _single.Capacity;

    /// <summary>The body is an object, and has no array.</summary>
    protected bool IsSingle { get; private set; }

    /// <summary>The object has something under the array's name that is no array.</summary>
    protected bool IsNoArray { get; private set; }

    /// <summary>Nothing is taken away before the request is known whole; the number of messages and the limit of the body bound it.</summary>
    protected override bool IsFull => false;

    /// <summary>The object as a message, without the content of the array's name; empty where there is an array, or no object.</summary>
    protected ReadOnlyMemory<byte> TakeSingle()
    {
        if (!IsSingle || HasArray) return default;
        if (_single.WrittenCount == 0) _single.Write("{"u8);
        _single.Write("}"u8);
        return _single.WrittenMemory;
    }

    protected sealed override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        if (HasArray) return;
        _single.Write(_single.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        _single.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
        _single.Write("\":"u8);
        _single.Write(value.Span);
    }

    protected sealed override void OnNoArray(bool isMissing) => (IsSingle, IsNoArray) = (true, !isMissing);
}
