using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Members;

/// <summary>The JSON form: an object with "changes".</summary>
internal sealed class MembersParser(ChunkBuilder chunk, ValidationErrors errors) : ElementParser("changes", ValueLimits.Change), IChangesParser
{
    public ChunkBuilder Chunk { get; set; } = chunk;

    protected override bool IsFull => Chunk.IsFull;

    // what is not UTF-8 is looked for element by element, so that the error names one
    protected override bool CanReadInPlace(ReadOnlySpan<byte> rest) => Utf8.IsValid(rest);

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        if (ChangeReader.TryRead(element, Index, errors, out var change) && errors.Count == 0) Chunk.Add(change);
    }

    protected override void OnElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (ChangeReader.TryRead(ref reader, json, Index, errors, out var change) && errors.Count == 0) Chunk.Add(change);
    }

    // fields that we do not know are ignored
    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
    }

    protected override void OnMember(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
    }

    protected override void OnNoArray(bool isMissing) => errors.Add("changes", isMissing ? "is required" : "must be an array");

    protected override void OnError(string path, string error) => errors.Add(path, error);
}

/// <summary>The NDJSON form: one change a line; empty lines are passed over.</summary>
internal sealed class LinesParser(ChunkBuilder chunk, ValidationErrors errors) : IChangesParser
{
    private int _index;

    public ChunkBuilder Chunk { get; set; } = chunk;

    public ParseProgress Parse(ref ReadOnlySequence<byte> slice, bool isLast)
    {
        SkipBlanks(ref slice);
        while (TryCutLine(ref slice, isLast, out var line))
        {
            ReadLine(line);
            if (Chunk.IsFull) return ParseProgress.Full;
            SkipBlanks(ref slice);
        }
        if (slice.Length <= ValueLimits.Change) return isLast ? ParseProgress.Done : ParseProgress.NeedsMore;
        errors.Add(Path, $"is longer than {ValueLimits.Change} bytes");
        return ParseProgress.Done;
    }

    private string Path => ChangeReader.PathOf(_index);

    /// <summary>Passes over empty lines all at once: compressed, a megabyte can have a hundred million of them.</summary>
    private static void SkipBlanks(ref ReadOnlySequence<byte> slice)
    {
        if (slice.FirstSpan is not [<= (byte)' ', ..]) return;
        var reader = new SequenceReader<byte>(slice);
        reader.AdvancePastAny(" \t\r\n"u8);
        slice = slice.Slice(reader.Position);
    }

    private static bool TryCutLine(ref ReadOnlySequence<byte> slice, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (slice.PositionOf((byte)'\n') is { } end)
        {
            line = slice.Slice(0, end);
            slice = slice.Slice(slice.GetPosition(1, end));
            return true;
        }
        line = slice;
        if (!isLast || slice.IsEmpty) return false;
        slice = slice.Slice(slice.End);
        return true;
    }

    private void ReadLine(ReadOnlySequence<byte> line)
    {
        ReadOnlyMemory<byte> json = line.IsSingleSegment ? line.First : line.ToArray();
        if (json.Span.Trim(" \t\r"u8).IsEmpty) return;
        if (json.Length > ValueLimits.Change) errors.Add(Path, $"is longer than {ValueLimits.Change} bytes");
        else ReadChange(json);
        _index++;
    }

    private void ReadChange(ReadOnlyMemory<byte> json)
    {
        try
        {
            if (ChangeReader.TryRead(json, _index, errors, out var change) && errors.Count == 0) Chunk.Add(change);
        }
        catch (JsonException e)
        {
            errors.Add(Path, $"is not valid JSON (byte {e.BytePositionInLine})");
        }
    }
}
