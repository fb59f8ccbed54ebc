using System.Buffers;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Body;

/// <summary>How far a parser came with the slice it was given.</summary>
internal enum ParseProgress
{
    /// <summary>It took all that was complete, and needs more of the body.</summary>
    NeedsMore,

    /// <summary>It stopped early: what it has gathered has to be taken away first.</summary>
    Full,

    /// <summary>The body is complete, or so broken that the rest cannot be made out.</summary>
    Done,
}

/// <summary>
/// Walks through a JSON object as it arrives, and hands over the elements of one of its arrays one by one, so that the body need
/// never be whole in memory. Other members of the object are handed over whole.
/// </summary>
/// <param name="arrayName">The member that is the array.</param>
/// <param name="maxElementBytes">An element that is longer is an error.</param>
/// <param name="mayBeArray">Whether the body itself may be the array.</param>
internal abstract class ElementParser(string arrayName, int maxElementBytes, bool mayBeArray = false) : IBodyParser
{
    /// <summary>
    /// Elements of a body that are passed over because they are not JSON. Each costs an exception, about 10 µs, and can be as short as two bytes:
    /// without a limit 1 MB of them takes 5 s of CPU. With it a body takes 0.1 s, and no sender has as many elements in one message.
    /// </summary>
    public const int MaxUnreadable = 10_000;

    private JsonReaderState _state = new(KeptJson.AnyDepth);
    private Place _place = Place.Start;
    private string _member = "";
    private bool _sawArray;
    private long _worthReading;
    private int _unreadable;

    /// <summary>The array is there, wherever it is.</summary>
    protected bool HasArray { get; private set; }

    /// <summary>The body itself is the array.</summary>
    private bool _isRootArray;

    /// <summary>The reader has passed an element of the array: a comma comes before the next.</summary>
    private bool _sawElement;

    /// <summary>The slice, where it is the rest of the body in one piece and values may be read in place; else empty.</summary>
    private ReadOnlyMemory<byte> _rest;

    private enum Place
    {
        Start,
        Members,
        MemberValue,
        ArrayStart,
        Elements,
        End,
    }

    protected string ArrayName => arrayName;

    /// <summary>Elements met so far.</summary>
    protected int Index { get; private set; }

    /// <summary>True while what was gathered has to be taken away before more can come.</summary>
    protected abstract bool IsFull { get; }

    /// <summary>
    /// Whether the values of a body that is whole in memory are read in place: to find first where each ends, and then read it, walks over
    /// a message twice.
    /// </summary>
    /// <param name="rest">The rest of the body.</param>
    protected virtual bool CanReadInPlace(ReadOnlySpan<byte> rest) => false;

    /// <summary>
    /// Whether an element that is not JSON, or too long, is passed over where its end can be found, and reported by <see cref="OnUnreadable"/>; else it is a
    /// error of the body, and the rest is not read.
    /// </summary>
    protected virtual bool SkipsUnreadable => false;

    /// <summary>Where the parser is, for an error.</summary>
    private string Path => _place == Place.Elements ? $"{(_isRootArray ? "" : arrayName)}[{Index}]" : "$";

    /// <inheritdoc/>
    public ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast)
    {
        // what is not complete is read again from its start: once it is twice as long, so that a long value is not read for each slice of it
        if (slice.Length < _worthReading && !isLast) return ParseProgress.NeedsMore;
        var progress = ParseProgress.NeedsMore;
        var isStopped = false;
        while (!isStopped)
        {
            _rest = isLast && slice.IsSingleSegment && slice.Length <= maxElementBytes && CanReadInPlace(slice.FirstSpan) ? slice.First : default;
            var (consumed, error) = Walk(slice, isLast, ref progress);
            slice = slice.Slice(consumed);
            isStopped = error is null || !TryPassOver(ref slice, isLast, error, ref progress);
        }
        if (progress == ParseProgress.Done) return progress;
        _worthReading = progress == ParseProgress.NeedsMore ? slice.Length * 2 : 0;
        if (progress == ParseProgress.NeedsMore && slice.Length > maxElementBytes && _place == Place.Elements && !SkipsUnreadable)
        {
            OnError(Path, $"is longer than {maxElementBytes} bytes");
            return ParseProgress.Done;
        }
        if (progress == ParseProgress.NeedsMore && isLast)
        {
            Finish();
            return ParseProgress.Done;
        }
        return progress;
    }

    /// <summary>As far as the slice goes, or something in it is not JSON. Returns where the last step ended that was complete.</summary>
    private (long Consumed, JsonException? Error) Walk(ReadOnlySequence<byte> slice, bool isLast, ref ParseProgress progress)
    {
        var reader = new Utf8JsonReader(slice, isLast, _state);
        // in variables of its own: to keep the state in the field after each element is a hundredth of all that a member costs
        var (consumed, state) = (0L, _state);
        try
        {
            while (Step(ref reader, slice))
            {
                (consumed, state) = (reader.BytesConsumed, reader.CurrentState);
                if (!IsFull) continue;
                progress = ParseProgress.Full;
                break;
            }
            return (consumed, null);
        }
        catch (JsonException e)
        {
            return (consumed, e);
        }
        finally
        {
            _state = state;
        }
    }

    /// <summary>
    /// Passes over an element that is not JSON. False where that is not wanted, its end cannot be found, there are too many of them (all of
    /// which is an error of the body), or its end has not arrived yet.
    /// </summary>
    private bool TryPassOver(ref ReadOnlySequence<byte> slice, bool isLast, JsonException error, ref ParseProgress progress)
    {
        var broken = SkipsUnreadable && _place == Place.Elements ? BrokenElement.Find(slice, isSeparated: _sawElement) : BrokenElement.NotFound;
        if (broken.IsIncomplete && !isLast) return false;
        if (_place == Place.Start && IsBlank(slice))
        {
            Finish();
            progress = ParseProgress.Done;
            return false;
        }
        if (!broken.IsFound)
        {
            OnError(Path, $"is not valid JSON: {Plain(error)}");
            progress = ParseProgress.Done;
            return false;
        }
        if (++_unreadable > MaxUnreadable)
        {
            OnError(Path, $"is not valid JSON, like {MaxUnreadable} elements before it; the rest of the body was not read");
            progress = ParseProgress.Done;
            return false;
        }
        // while the reader has passed no element it expects one next, and no comma
        slice = slice.Slice(_sawElement || !broken.IsFollowed ? broken.End : slice.GetPosition(1, broken.End));
        OnUnreadable();
        Index++;
        return true;
    }

    /// <summary>An element of the array, as it is in the body.</summary>
    protected abstract void OnElement(ReadOnlyMemory<byte> element);

    /// <summary>An element that is not JSON, or too long, was passed over: that at <see cref="Index"/>.</summary>
    protected virtual void OnUnreadable() => throw new NotSupportedException();

    /// <summary>Another member of the object, as it is in the body.</summary>
    protected abstract void OnMember(string name, ReadOnlyMemory<byte> value);

    /// <summary>An element of the array, which is read in place.</summary>
    /// <param name="reader">Is on its first token, and need not be taken to its end.</param>
    /// <param name="json">What it reads from.</param>
    protected virtual void OnElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) => throw new NotSupportedException();

    /// <summary>Another member of the object, whose value is read in place.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="reader">Is on the value's first token, and need not be taken to its end.</param>
    /// <param name="json">What it reads from.</param>
    protected virtual void OnMember(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) => throw new NotSupportedException();

    /// <summary>The array is missing, or is no array.</summary>
    protected abstract void OnNoArray(bool isMissing);

    protected abstract void OnError(string path, string error);

    /// <summary>The reader's message without its own path and position words that a caller cannot use.</summary>
    private static string Plain(JsonException error) => error.Message.Split(" LineNumber:")[0].TrimEnd('.') + $" (line {error.LineNumber + 1}, byte {error.BytePositionInLine})";

    /// <summary>One step along the object; false when the slice ends within it.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySequence<byte> slice)
    {
        switch (_place)
        {
            case Place.Start:
                return EnterRoot(ref reader);
            case Place.Members:
                if (!reader.Read()) return false;
                EnterMember(ref reader);
                return true;
            case Place.MemberValue:
                if (!TakeMember(ref reader, slice)) return false;
                _place = Place.Members;
                return true;
            case Place.ArrayStart:
                return EnterArray(ref reader, slice);
            case Place.Elements:
                return ReadElement(ref reader, slice);
            default:
                // anything but white space here makes the reader throw
                return reader.Read();
        }
    }

    private bool EnterRoot(ref Utf8JsonReader reader)
    {
        if (!reader.Read()) return false;
        if (reader.TokenType == JsonTokenType.StartObject) _place = Place.Members;
        else if (mayBeArray && reader.TokenType == JsonTokenType.StartArray) (_place, _sawArray, HasArray, _isRootArray) = (Place.Elements, true, true, true);
        else Refuse(ref reader, mayBeArray ? "must be a JSON object or an array of objects" : $"must be a JSON object with \"{arrayName}\"");
        return true;
    }

    private void Refuse(ref Utf8JsonReader reader, string expected)
    {
        OnError("$", $"{expected}, not {JsonValues.NameOf(reader.TokenType)}");
        (_place, _sawArray) = (Place.End, true);
    }

    private void EnterMember(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            _place = Place.End;
            return;
        }
        _member = JsonValues.TextOrNull(ref reader) ?? "";
        _place = _member == arrayName ? Place.ArrayStart : Place.MemberValue;
    }

    private bool EnterArray(ref Utf8JsonReader reader, ReadOnlySequence<byte> slice)
    {
        var before = reader;
        if (!reader.Read()) return false;
        if (reader.TokenType == JsonTokenType.StartArray && !_sawArray)
        {
            (_place, _sawArray, HasArray) = (Place.Elements, true, true);
            return true;
        }
        var isMissing = reader.TokenType == JsonTokenType.Null;
        reader = before;
        if (!ReadValue(ref reader, slice, out _)) return false;
        if (_sawArray) OnError(arrayName, "is in the body twice");
        else OnNoArray(isMissing);
        (_place, _sawArray) = (Place.Members, true);
        return true;
    }

    private bool TakeMember(ref Utf8JsonReader reader, ReadOnlySequence<byte> slice)
    {
        if (!_rest.IsEmpty)
        {
            reader.Read();
            var depth = reader.CurrentDepth;
            OnMember(_member, ref reader, _rest);
            PassOver(ref reader, depth);
            return true;
        }
        if (!ReadValue(ref reader, slice, out var value)) return false;
        OnMember(_member, value);
        return true;
    }

    private bool ReadElement(ref Utf8JsonReader reader, ReadOnlySequence<byte> slice)
    {
        if (!_rest.IsEmpty)
        {
            ReadElementInPlace(ref reader);
            return true;
        }
        if (!ReadValue(ref reader, slice, out var element)) return false;
        if (reader.TokenType == JsonTokenType.EndArray && element.IsEmpty)
        {
            EndArray();
            return true;
        }
        _sawElement = true;
        if (element.Length <= maxElementBytes) OnElement(element);
        else if (SkipsUnreadable) OnUnreadable();
        else OnError(Path, $"is longer than {maxElementBytes} bytes");
        Index++;
        return true;
    }

    private void ReadElementInPlace(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            EndArray();
            return;
        }
        var depth = reader.CurrentDepth;
        OnElement(ref reader, _rest);
        PassOver(ref reader, depth);
        _sawElement = true;
        Index++;
    }

    private void EndArray() => _place = _isRootArray ? Place.End : Place.Members;

    /// <summary>What is left of a value that begins at this depth.</summary>
    private static void PassOver(ref Utf8JsonReader reader, int depth)
    {
        if (reader.CurrentDepth == depth) reader.Skip();
        while (reader.CurrentDepth > depth) reader.Read();
    }

    /// <summary>A whole value, or nothing when the slice ends within it. Empty at the end of an array.</summary>
    private static bool ReadValue(ref Utf8JsonReader reader, ReadOnlySequence<byte> slice, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var before = reader;
        if (!reader.Read()) return false;
        if (reader.TokenType == JsonTokenType.EndArray) return true;
        var start = reader.TokenStartIndex;
        if (!reader.TrySkip())
        {
            reader = before;
            return false;
        }
        var bytes = slice.Slice(start, reader.BytesConsumed - start);
        value = bytes.IsSingleSegment ? bytes.First : bytes.ToArray();
        return true;
    }

    private static bool IsBlank(ReadOnlySequence<byte> slice)
    {
        var reader = new SequenceReader<byte>(slice);
        reader.AdvancePastAny(" \t\r\n"u8);
        return reader.End;
    }

    private void Finish()
    {
        if (_place == Place.Start) OnError("$", mayBeArray ? "is empty; a JSON object or an array of objects was expected" : "is empty; a JSON object was expected");
        else if (!_sawArray) OnNoArray(isMissing: true);
    }
}
