using System.Buffers.Binary;

namespace IterableForwarder.Tests.Journal;

/// <summary>
/// SQLite's log as it is on disk (https://www.sqlite.org/fileformat2.html#the_write_ahead_log): a header of 32 bytes, then
/// frames of 24 bytes and a page, chained by checksums; a frame that names a size of the database ends a transaction.
/// </summary>
internal sealed class WriteAheadLog
{
    private const int Header = 32;
    private const int FrameHeader = 24;

    private readonly string _file;
    private readonly byte[] _bytes;
    private readonly int _pageSize;
    private (uint First, uint Second) _checksum;

    private WriteAheadLog(string file)
    {
        _file = file;
        _bytes = File.ReadAllBytes(file);
        _pageSize = (int)Number(8);
        _checksum = (Number(24), Number(28));
        End = Header;
        var checksum = _checksum;
        for (var at = Header; at + FrameHeader + _pageSize <= _bytes.Length && TryChain(at, ref checksum); at += FrameHeader + _pageSize)
        {
            if (Number(at + 4) == 0) continue;
            (End, _checksum) = (at + FrameHeader + _pageSize, checksum);
        }
    }

    /// <summary>Where the last transaction ends.</summary>
    public int End { get; }

    public int LastFrame => End - FrameHeader - _pageSize;

    public static WriteAheadLog Of(string folder) => new(Path.Combine(folder, "forwarder.db-wal"));

    /// <summary>Puts something behind the last transaction, in place of whatever stood there.</summary>
    public void Append(ReadOnlySpan<byte> more) => File.WriteAllBytes(_file, [.. _bytes.AsSpan(0, End), .. more]);

    /// <summary>A copy of the last frame, whose checksum fits in its old place only.</summary>
    public byte[] CopyOfLastFrame() => _bytes.AsSpan(LastFrame, FrameHeader + _pageSize).ToArray();

    /// <summary>Frames in good order of a transaction that never committed.</summary>
    public byte[] UncommittedFrames(int count)
    {
        var checksum = _checksum;
        var frames = new List<byte>();
        for (var i = 0; i < count; i++)
        {
            var frame = CopyOfLastFrame();
            frame.AsSpan(4, 4).Clear();
            checksum = Sum(Sum(checksum, frame.AsSpan(0, 8)), frame.AsSpan(FrameHeader));
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(16), checksum.First);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(20), checksum.Second);
            frames.AddRange(frame);
        }
        return [.. frames];
    }

    /// <summary>Turns over one byte in the last frame of the last transaction.</summary>
    public void SpoilLastFrame()
    {
        _bytes[LastFrame + FrameHeader + _pageSize / 2] ^= 0xff;
        File.WriteAllBytes(_file, _bytes);
    }

    private bool TryChain(int at, ref (uint, uint) checksum)
    {
        if (Number(at + 8) != Number(16) || Number(at + 12) != Number(20)) return false;
        checksum = Sum(Sum(checksum, _bytes.AsSpan(at, 8)), _bytes.AsSpan(at + FrameHeader, _pageSize));
        return checksum == (Number(at + 16), Number(at + 20));
    }

    private (uint, uint) Sum((uint First, uint Second) sum, ReadOnlySpan<byte> bytes)
    {
        var isBigEndian = (Number(0) & 1) == 1;
        for (; bytes.Length > 0; bytes = bytes[8..])
        {
            var (one, two) = isBigEndian
                ? (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
                : (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
            sum.First = unchecked(sum.First + one + sum.Second);
            sum.Second = unchecked(sum.Second + two + sum.First);
        }
        return sum;
    }

    private uint Number(int at) => BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at));
}
