using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Win32.SafeHandles;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>
/// Knows whether the database and its log are still in their places. SQLite goes on writing to a file that was deleted, replaced or renamed,
/// and what it commits there is gone after the next start.
/// </summary>
/// <remarks>
/// A process loses its POSIX locks on a file when it closes any handle of it (https://www.sqlite.org/howtocorrupt.html, 2.2), so these are closed
/// after all connections.
/// </remarks>
internal sealed class SqliteFiles(SqliteDatabase source) : IDisposable
{
    private WatchedFile? _database;
    private WatchedFile? _log;

    /// <summary>Never used again: while a connection is open, SQLite does not delete the log by itself.</summary>
    private SqliteConnection? _anchor;

    /// <summary>Watches the files that a connection has just opened, from the first time on. What fails of it is done by the next call.</summary>
    public void Watch()
    {
        _database ??= new(source.Path);
        if (_anchor is null)
        {
            var anchor = source.OpenReader();
            _anchor = anchor;
            // the first reading opens the log
            anchor.ExecuteScalar("SELECT count(*) FROM sqlite_schema");
        }
        _log ??= new(_database.Path + "-wal");
    }

    /// <summary>Closes the connection that keeps the log there; <see cref="Watch"/> opens another.</summary>
    public void Release() => Interlocked.Exchange(ref _anchor, null)?.Dispose();

    /// <exception cref="StorageUnavailableException">A file is not in its place; the message names it.</exception>
    public void Check()
    {
        _database?.Check();
        _log?.Check();
    }

    public void Dispose()
    {
        Release();
        _log?.Dispose();
        _database?.Dispose();
    }

    private sealed class WatchedFile : IDisposable
    {
        private readonly SafeFileHandle _handle;

        public WatchedFile(string path)
        {
            // this way of sharing takes no lock
            _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Path = PlaceByKernel() ?? System.IO.Path.GetFullPath(path);
        }

        /// <summary>Without links, as the kernel knows it.</summary>
        public string Path { get; }

        public void Check()
        {
            if (PlaceByKernel() is { } place ? place == Path : File.Exists(Path)) return;
            throw new StorageUnavailableException(
                $"The file {Path} was deleted, replaced or renamed while the service was running. Nothing is accepted until that file is back in its " +
                "place, or the service is restarted with the files that are there.");
        }

        public void Dispose() => _handle.Dispose();

        /// <summary>
        /// Where the open file is now; for one that was deleted or replaced a text that is no path of it
        /// (https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html). Null where the operating system does not say.
        /// </summary>
        private string? PlaceByKernel() =>
            OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{_handle.DangerousGetHandle()}").LinkTarget : null;
    }
}
