using System.Buffers;
using System.Text.Json;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Takes a body apart as it arrives: an object with an array of messages, or one message.</summary>
internal sealed class MessagesParser : ElementParser
{
    /// <summary>As many as Amplitude's HTTP API takes.</summary>
    public const int MostMessages = 2000;

    /// <summary>Bytes of one message: all that Amplitude's HTTP API takes in one request.</summary>
    private const int MostBytes = 1 << 20;

    private readonly string _arrayName;
    private readonly Action<MessagePlace, ReadOnlyMemory<byte>> _take;
    private readonly Faults _faults;
    private readonly ArrayBufferWriter<byte> _single = new();
    private bool _isArray;
    private bool _isSingle;

    /// <param name="arrayName">What the array is called.</param>
    /// <param name="take">Receives each message; its memory is good until it returns.</param>
    /// <param name="faults">Receives what makes the body no messages at all.</param>
    public MessagesParser(string arrayName, Action<MessagePlace, ReadOnlyMemory<byte>> take, Faults faults)
        : base(arrayName, MostBytes)
    {
        (_arrayName, _take, _faults) = (arrayName, take, faults);
    }

    public bool HasTooMany { get; private set; }

    /// <summary>Nothing is taken away before the request is known whole; the number of messages and the limit of the body bound it.</summary>
    protected override bool IsFull => false;

    /// <summary>The body was read to its end: where there was no array, it is one message itself.</summary>
    public void Finish()
    {
        if (!_isSingle || _faults.Count > 0) return;
        if (_single.WrittenCount == 0) _single.Write("{"u8);
        _single.Write("}"u8);
        if (_single.WrittenCount > MostBytes) _faults.Add("$", $"is longer than {MostBytes} bytes");
        else _take(new(0, "", IsOfArray: false), _single.WrittenMemory);
    }

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        _isArray = true;
        if (Index < MostMessages) _take(new(Index, $"{_arrayName}[{Index}]", IsOfArray: true), element);
        else HasTooMany = true;
    }

    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        if (_isArray) return;
        _single.Write(_single.WrittenCount == 0 ? "{\""u8 : ",\""u8);
        _single.Write(JsonEncodedText.Encode(name).EncodedUtf8Bytes);
        _single.Write("\":"u8);
        _single.Write(value.Span);
    }

    protected override void OnNoArray(bool isMissing)
    {
        _isSingle = isMissing;
        if (!isMissing) _faults.Add(_arrayName, "must be an array");
    }

    protected override void OnFault(string path, string fault) => _faults.Add(path, fault);
}

/// <summary>Where a message stands.</summary>
/// <param name="Index">Its position; 0 for a body that is the message itself.</param>
/// <param name="Path">The path to it, for a fault; empty for the body itself.</param>
/// <param name="IsOfArray">Whether it stands in an array, as in the form of the HTTP API.</param>
internal readonly record struct MessagePlace(int Index, string Path, bool IsOfArray)
{
    public string Whole => Path.Length == 0 ? "$" : Path;

    public string Of(string field) => Path.Length == 0 ? field : $"{Path}.{field}";
}
