using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Takes a body apart as it arrives: an object with an array of messages, or one message.</summary>
/// <param name="arrayName">What the array is called.</param>
/// <param name="take">Receives each message; its memory is good until it returns.</param>
/// <param name="errors">Receives what makes the body no messages at all.</param>
internal sealed class MessagesParser(string arrayName, Action<MessagePlace, ReadOnlyMemory<byte>> take, ValidationErrors errors)
    : OneOrManyParser(arrayName, MaxBytes, mayBeArray: false)
{
    /// <summary>As many as Amplitude's HTTP API takes.</summary>
    public const int MaxMessages = 2000;

    /// <summary>Bytes of one message: all that Amplitude's HTTP API takes in one request.</summary>
    private const int MaxBytes = 1 << 20;

    /// <summary>Messages in the array so far.</summary>
    public int Count { get; private set; }

    public bool HasTooMany => Count > MaxMessages;

    /// <summary>Whether it is the form of Amplitude's HTTP API; null where the body was not read far enough to tell.</summary>
    public bool? IsHttpApi => HasArray || IsNoArray ? true : IsSingle ? false : null;

    /// <summary>The body was read to its end: where there was no array, it is one message itself.</summary>
    public void Finish()
    {
        if (IsNoArray) errors.Add(ArrayName, "must be an array");
        var single = TakeSingle();
        if (single.IsEmpty || errors.Count > 0) return;
        if (single.Length > MaxBytes) errors.Add("$", $"is longer than {MaxBytes} bytes");
        else take(new(0, "", IsOfArray: false), single);
    }

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        Count++;
        if (!HasTooMany) take(new(Index, $"{ArrayName}[{Index}]", IsOfArray: true), element);
    }

    protected override void OnError(string path, string error) => errors.Add(path, error);
}

/// <summary>Where a message is.</summary>
/// <param name="Index">Its position; 0 for a body that is the message itself.</param>
/// <param name="Path">The path to it, for an error; empty for the body itself.</param>
/// <param name="IsOfArray">Whether it is in an array, as in the form of the HTTP API.</param>
internal readonly record struct MessagePlace(int Index, string Path, bool IsOfArray)
{
    public string Whole => Path.Length == 0 ? "$" : Path;

    public string Of(string field) => Path.Length == 0 ? field : $"{Path}.{field}";
}
