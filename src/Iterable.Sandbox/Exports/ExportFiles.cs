using System.Buffers;
using System.Globalization;

namespace Iterable.Sandbox.Exports;

/// <summary>One file of an export.</summary>
internal sealed record ExportFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>
/// Lays lines into files, none of which exceeds a size, until the export exceeds its own. A line longer than a file gets a file of
/// its own.
/// </summary>
internal sealed class ExportFiles(ReadOnlyMemory<byte> heading, string extension, DateTimeOffset madeAt, long largestFile, long largestExport)
{
    private readonly List<ExportFile> _files = [];
    private ArrayBufferWriter<byte> _open = new();
    private long _written;

    /// <summary>True when a line found no place any more.</summary>
    public bool IsTruncated { get; private set; }

    public IReadOnlyList<ExportFile> All => _files;

    /// <summary>False when the export is full.</summary>
    public bool Add(ReadOnlySpan<byte> line)
    {
        var isNew = _open.WrittenCount == 0 || _open.WrittenCount + line.Length > largestFile;
        var needed = line.Length + (isNew ? heading.Length : 0);
        if (_written + needed > largestExport)
        {
            IsTruncated = true;
            return false;
        }
        if (isNew) Begin();
        _open.Write(line);
        _written += needed;
        return true;
    }

    public void Close()
    {
        if (_open.WrittenCount == 0) return;
        // Names sort in the order of the files: the next page begins behind the last name of this one.
        var number = madeAt.ToUnixTimeMilliseconds() + _files.Count;
        _files.Add(new ExportFile($"file-{number.ToString(CultureInfo.InvariantCulture)}.{extension}", _open.WrittenMemory));
        _open = new();
    }

    private void Begin()
    {
        Close();
        _open.Write(heading.Span);
    }
}
