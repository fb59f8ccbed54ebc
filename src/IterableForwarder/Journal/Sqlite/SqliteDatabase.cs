using System.Globalization;
using Dapper;
using DbUp;
using DbUp.Engine;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The database file: opens connections the one way they must be opened, and brings the schema up to date.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>
    /// What the log beside the database may keep when it is begun anew. It is copied into the database every 4000 pages (16 MB), so it
    /// is longer only where a reader was in the way.
    /// </summary>
    public const long MaxLogBytes = 64 << 20;

    /// <summary>Of the writer: keys of messages fall all over their table, and with SQLite's own 2 MB most of its pages were read anew.</summary>
    private const int CacheKilobytes = 8_000;

    /// <summary>Stands before the number in the name of a script.</summary>
    private const string Scripts = ".Migrations.";

    /// <summary>How long a write waits for another process that has the file, such as a backup.</summary>
    private const int BusyMilliseconds = 5000;

    private readonly string _connectionString;
    private readonly SqliteFiles _files;

    /// <summary>SQLite counts what it allocates, behind one lock for all its connections; nobody here asks for the sum.</summary>
    static SqliteDatabase()
    {
        SQLitePCL.Batteries_V2.Init();
        // refused where SQLite is in use already, and then it goes on counting
        _ = SQLitePCL.raw.sqlite3_config(SQLitePCL.raw.SQLITE_CONFIG_MEMSTATUS, 0);
    }

    public SqliteDatabase(string connectionString)
    {
        var builder = new SqliteConnectionStringBuilder(connectionString) { ForeignKeys = false, Pooling = false, DefaultTimeout = BusyMilliseconds / 1000 };
        _connectionString = builder.ToString();
        Path = builder.DataSource;
        _files = new(this);
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Raised when connections that rest must be closed.</summary>
    public event Action? RestingClosed;

    /// <summary>
    /// Has all connections closed that rest. SQLite opens the shared memory of the log once for all connections of a process. Where it could be opened
    /// for reading alone, as the disk failed in that moment, nothing can be written until the last of them is closed.
    /// </summary>
    public void CloseResting()
    {
        RestingClosed?.Invoke();
        _files.Release();
    }

    /// <summary>A connection for reading.</summary>
    public SqliteConnection OpenReader()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute($"PRAGMA query_only = ON; PRAGMA busy_timeout = {BusyMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Watches the files from now on. Call it whenever the writer has opened them.</summary>
    public void Watch() => _files.Watch();

    /// <summary>Asked before each commit: it costs two readings of a link, some microseconds.</summary>
    /// <exception cref="StorageUnavailableException">A file that is watched is not in its place.</exception>
    public void CheckFiles() => _files.Check();

    public void Dispose() => _files.Dispose();

    /// <summary>
    /// The one connection that writes. WAL lets readers go on beside it; <c>synchronous=FULL</c> syncs the log at every commit,
    /// which is what makes an accepted batch durable.
    /// </summary>
    public SqliteConnection OpenWriter()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        connection.Execute(
            $"""
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA wal_autocheckpoint = 4000;
            PRAGMA journal_size_limit = {MaxLogBytes};
            PRAGMA cache_size = -{CacheKilobytes};
            PRAGMA busy_timeout = {BusyMilliseconds};
            """);
        return connection;
    }

    /// <summary>
    /// Makes what a failed commit left behind the end of the log unreadable. Where its sync failed, all of it is there: no connection sees it, and
    /// the next commit takes its place, but after a kill or a power cut before that, it would be there after all, although whoever asked for it was
    /// told that nothing was stored.
    /// </summary>
    /// <exception cref="SqliteException">It cannot be written.</exception>
    public static void OverwriteFailedCommit(SqliteSession session) => session.Execute("PRAGMA user_version = 0");

    /// <summary>
    /// Copies the log into the database and cuts it, outside of a transaction. A reader in the way is waited for, but not for long, as
    /// whoever accepts waits with us; then it is tried again another time. True when it was cut.
    /// </summary>
    public static bool CutLog(SqliteSession session)
    {
        session.Connection.Execute("PRAGMA busy_timeout = 100");
        var isBusy = session.Connection.QueryFirst<long>("PRAGMA wal_checkpoint(TRUNCATE)");
        session.Connection.Execute($"PRAGMA busy_timeout = {BusyMilliseconds}");
        return isBusy == 0;
    }

    /// <exception cref="StorageUnavailableException">The file cannot be opened, a script fails, or a later version has written it.</exception>
    public void Migrate()
    {
        CreateFile();
        RefuseLater();
        DatabaseUpgradeResult result = DeployChanges.To
            .SqliteDatabase(_connectionString)
            .WithScriptsEmbeddedInAssembly(typeof(SqliteDatabase).Assembly, name => name.Contains(Scripts, StringComparison.Ordinal))
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful) throw new StorageUnavailableException($"The database {Path} could not be brought up to date: {result.Error.Message}", result.Error);
    }

    /// <summary>What a later version has added, this one would leave out of what it writes, and the next start of the later one would find damaged.</summary>
    private void RefuseLater()
    {
        using var connection = OpenReader();
        if (connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_schema WHERE name = 'SchemaVersions'") == 0) return;
        var known = typeof(SqliteDatabase).Assembly.GetManifestResourceNames().Where(name => name.Contains(Scripts, StringComparison.Ordinal)).Max(NumberOf);
        if (connection.Query<string>("SELECT ScriptName FROM SchemaVersions").FirstOrDefault(name => NumberOf(name) > known) is not { } later) return;
        throw new StorageUnavailableException(
            $"A later version of the service has written the database {Path}: its script {NumberOf(later):0000} is not known to this version. Start the later version, or restore the backup from before the upgrade.");

        static int NumberOf(string script) => int.TryParse(string.Concat(script.Split(Scripts)[^1].Take(4)), CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    /// <summary>It contains e-mails in clear: a new file is its owner's alone, and SQLite gives the log beside it the same rights.</summary>
    private void CreateFile()
    {
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path));
        if (!string.IsNullOrEmpty(folder)) Directory.CreateDirectory(folder);
        if (File.Exists(Path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(Path, options);
    }
}
