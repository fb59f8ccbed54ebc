using Microsoft.Extensions.Options;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// Keeps the data folder and the database for this process: a second one would send members again, drop uploads of the first, and know
/// nothing of its keys and pauses. The kernel holds the lock, so that it ends with the process however that ends.
/// </summary>
internal sealed class SqliteLock(IOptions<StorageOptions> options, TimeProvider time, ILogger<SqliteLock> log) : IDisposable
{
    private const string InFolder = "forwarder.lock";
    private const string OfDatabase = ".lock";

    /// <summary>How often to ask again for a lock that another process has.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(200);

    private readonly List<FileStream> _held = [];

    /// <summary>Takes the lock, once.</summary>
    /// <exception cref="StoreInUseException">Another process has it for longer than it is waited for.</exception>
    /// <exception cref="StorageUnavailableException">The file of the lock cannot be written.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        if (_held.Count > 0) return;
        var start = time.GetTimestamp();
        for (var isWaiting = false; !TryTake(); isWaiting = true)
        {
            if (!isWaiting) JournalLog.WaitsForLock(log, options.Value.DataFolder);
            if (time.GetElapsedTime(start) >= options.Value.LockWait) throw new StoreInUseException(options.Value.DataFolder, options.Value.LockWait);
            await Task.Delay(AskEvery, time, cancellationToken);
        }
    }

    public void Dispose()
    {
        foreach (var file in _held) file.Dispose();
        _held.Clear();
    }

    /// <summary>False, with nothing locked, when another process has one of them.</summary>
    private bool TryTake()
    {
        try
        {
            _held.Add(Open(Path.Combine(options.Value.DataFolder, InFolder)));
            _held.Add(Open(DatabaseFile() + OfDatabase));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Dispose();
            return IsTaken(e) ? false : throw new StorageUnavailableException(e.Message, e);
        }
    }

    /// <summary>A link to a database leads to the lock beside the file itself.</summary>
    private string DatabaseFile()
    {
        var file = new FileInfo(SqliteComposition.FileOf(options.Value.ConnectionString)!);
        return file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
    }

    private static FileStream Open(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // on Linux and macOS this is flock (https://learn.microsoft.com/dotnet/api/system.io.fileshare)
        return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>EWOULDBLOCK of Linux, of macOS, and the sharing violation of Windows.</summary>
    private static bool IsTaken(Exception error) => error is IOException { HResult: 11 or 35 or unchecked((int)0x80070020) };
}
