using System.Diagnostics;

namespace IterableForwarder.Journal.Limits;

/// <summary>The disk that the store is on.</summary>
internal interface IDisk
{
    /// <summary>Null where that cannot be told.</summary>
    DiskSpace? Look();
}

/// <summary>In bytes.</summary>
/// <param name="Free">What this process may still write.</param>
/// <param name="Size">Of the whole file system.</param>
internal sealed record DiskSpace(long Free, long Size);

/// <summary>
/// Asks the operating system, but no more often than disks fill: two questions take 4 µs, which each of thousands of requests a second
/// would pay for.
/// </summary>
/// <param name="folder">Where the store is.</param>
internal sealed class Disk(string folder) : IDisk
{
    /// <summary>In this time a gigabyte a second fills a fifth of what is kept free by default.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(50);

    private readonly DriveInfo? _drive = DriveOf(folder);
    private volatile Seen? _last;

    public DiskSpace? Look()
    {
        if (_last is { } last && Stopwatch.GetElapsedTime(last.At) < Fresh) return last.Space;
        var space = Ask();
        _last = new(space, Stopwatch.GetTimestamp());
        return space;
    }

    private DiskSpace? Ask()
    {
        try
        {
            return _drive is { TotalSize: > 0 } drive ? new(drive.AvailableFreeSpace, drive.TotalSize) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // what cannot be told is no reason to refuse; writing says by itself when it fails
            return null;
        }
    }

    /// <summary>On Windows a drive goes by its letter, elsewhere any folder represents the file system it is on.</summary>
    private static DriveInfo? DriveOf(string folder)
    {
        try
        {
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private sealed record Seen(DiskSpace? Space, long At);
}
