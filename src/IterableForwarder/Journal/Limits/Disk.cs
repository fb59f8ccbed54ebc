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

/// <summary>Asks the operating system each time: that takes some microseconds, and disks fill quickly.</summary>
/// <param name="folder">Where the store is.</param>
internal sealed class Disk(string folder) : IDisk
{
    private readonly DriveInfo? _drive = DriveOf(folder);

    public DiskSpace? Look()
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

    /// <summary>On Windows a drive goes by its letter, elsewhere any folder stands for the file system it is on.</summary>
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
}
