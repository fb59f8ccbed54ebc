using System.Buffers;
using System.Buffers.Binary;
using System.Collections;
using System.Text;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Entries;

/// <summary>
/// The changes of a chunk that our rules do not forward, in order of position. Each reason and detail is there once, and each change has a byte that
/// names them; where all were dropped for the same reason, not even that. A row for each of them would make the commit of a long body as long as the
/// body.
/// </summary>
internal sealed class DroppedChanges : IReadOnlyCollection<Undelivered>
{
    /// <summary>Reasons with their details that a byte can name. The few changes beyond have a row each.</summary>
    public const int MaxCauses = 250;

    /// <summary>In the place of a cause: the change has a row of its own.</summary>
    private const byte InRow = 255;

    /// <summary>In the place of the length of a detail: there is none.</summary>
    private const ushort NoDetail = ushort.MaxValue;

    /// <summary>Of an entry and its body without the changes, with their places in the indexes; measured with one change each.</summary>
    private const int EntryBytes = 500;

    /// <summary>Of a change with a row of its own, without its detail.</summary>
    private const int RowBytes = 100;

    private readonly IReadOnlyList<(string Reason, string? Detail)> _causes;

    /// <summary>For each change the number of its cause, 0 for one that was not dropped; empty where all have the first.</summary>
    private readonly ReadOnlyMemory<byte> _kinds;

    private readonly int _changes;

    /// <summary>Asked for by who measures it and by who stores it.</summary>
    private byte[]? _block;

    private DroppedChanges(IReadOnlyList<(string Reason, string? Detail)> causes, ReadOnlyMemory<byte> kinds, int changes, IReadOnlyList<Undelivered> rows) =>
        (_causes, _kinds, _changes, Rows) = (causes, kinds, changes, rows);

    public static DroppedChanges None { get; } = new([], default, 0, []);

    /// <summary>How many they are.</summary>
    public int Count => _causes.Count == 0 ? 0 : _kinds.IsEmpty ? _changes : _changes - _kinds.Span.Count((byte)0);

    /// <summary>Those that need a row of their own.</summary>
    public IReadOnlyList<Undelivered> Rows { get; }

    /// <summary>Bytes of the store that they take: their share of the entry, and what names their reasons.</summary>
    /// <param name="body">Bytes of all changes of the chunk, with what finds them.</param>
    public long BytesIn(long body) => Count == 0 ? 0 : ((EntryBytes + body) * Count / _changes) + ToBlock()!.Length + ((long)Rows.Count * RowBytes);

    /// <summary>A byte for each change of the chunk: dropped, or pending.</summary>
    public void Mark(Span<byte> outcomes)
    {
        if (_causes.Count == 0) return;
        for (var i = 0; i < outcomes.Length; i++)
        {
            if (_kinds.IsEmpty || _kinds.Span[i] != 0) outcomes[i] = (byte)Outcome.Dropped;
        }
    }

    /// <summary>The form in which it is stored beside the entry; null where nothing was dropped.</summary>
    public byte[]? ToBlock() => _causes.Count == 0 ? null : _block ??= MakeBlock();

    private byte[] MakeBlock()
    {
        var block = new ArrayBufferWriter<byte>();
        block.Write([(byte)_causes.Count]);
        foreach (var (reason, detail) in _causes)
        {
            WriteText(block, reason);
            WriteText(block, detail);
        }
        block.Write(_kinds.Span);
        return block.WrittenSpan.ToArray();
    }

    /// <summary>Those without a row of their own; none where the block is damaged, as nobody knows then which they are.</summary>
    /// <param name="block">What <see cref="ToBlock"/> made; null for none.</param>
    /// <param name="changes">How many changes the entry has.</param>
    /// <param name="checksum">Written with the block; null for one from before there were checksums.</param>
    public static DroppedChanges Read(byte[]? block, int changes, long? checksum)
    {
        if (block is null || !Checksum.Fits(block, checksum)) return None;
        var rest = block.AsSpan(1);
        var causes = new (string, string?)[block[0]];
        for (var i = 0; i < causes.Length; i++) causes[i] = (ReadText(ref rest)!, ReadText(ref rest));
        return new(causes, block.AsMemory(block.Length - rest.Length), changes, []);
    }

    /// <summary>Of those without a row: how many were dropped for each reason.</summary>
    public IEnumerable<KeyValuePair<string, int>> ReasonsWithoutRows() => AllKinds().Where(k => k.Kind != InRow).CountBy(k => _causes[k.Kind - 1].Reason);

    public IEnumerator<Undelivered> GetEnumerator()
    {
        var row = 0;
        foreach (var (position, kind) in AllKinds())
        {
            if (kind != InRow)
            {
                yield return new(position, Outcome.Dropped, _causes[kind - 1].Reason, _causes[kind - 1].Detail);
                continue;
            }
            while (row < Rows.Count && Rows[row].Position < position) row++;
            if (row < Rows.Count && Rows[row].Position == position) yield return Rows[row];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<(int Position, byte Kind)> AllKinds()
    {
        if (_causes.Count == 0) yield break;
        for (var position = 0; position < _changes; position++)
        {
            var kind = _kinds.IsEmpty ? (byte)1 : _kinds.Span[position];
            if (kind != 0) yield return (position, kind);
        }
    }

    private static void WriteText(ArrayBufferWriter<byte> block, string? text)
    {
        var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteUInt16LittleEndian(block.GetSpan(sizeof(ushort)), text is null ? NoDetail : (ushort)bytes.Length);
        block.Advance(sizeof(ushort));
        block.Write(bytes);
    }

    private static string? ReadText(ref Span<byte> rest)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        rest = rest[sizeof(ushort)..];
        if (length == NoDetail) return null;
        var text = Encoding.UTF8.GetString(rest[..length]);
        rest = rest[length..];
        return text;
    }

    /// <summary>Gathers them in order of position.</summary>
    /// <param name="changes">How many changes the chunk has.</param>
    internal sealed class Builder(int changes)
    {
        private readonly List<(string Reason, string? Detail)> _causes = [];
        private readonly Dictionary<(string, string?), byte> _numbers = [];
        private readonly List<Undelivered> _rows = [];
        private byte[] _kinds = [];
        private int _count;

        public void Add(int position, string reason, string? detail)
        {
            if (_kinds.Length == 0) _kinds = new byte[changes];
            _count++;
            _kinds[position] = NumberOf(reason, detail);
            if (_kinds[position] == InRow) _rows.Add(new(position, Outcome.Dropped, reason, detail));
        }

        public DroppedChanges Build()
        {
            if (_count == 0) return None;
            return new(_causes, _count == changes && _causes.Count == 1 ? default(ReadOnlyMemory<byte>) : _kinds, changes, _rows);
        }

        private byte NumberOf(string reason, string? detail)
        {
            if (_numbers.TryGetValue((reason, detail), out var number)) return number;
            // a detail that is too long for its length is none of ours
            if (_causes.Count == MaxCauses || Encoding.UTF8.GetByteCount(detail ?? "") >= NoDetail) return InRow;
            _causes.Add((reason, detail));
            return _numbers[(reason, detail)] = (byte)_causes.Count;
        }
    }
}
