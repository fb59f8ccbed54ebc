using System.Globalization;
using IterableForwarder.Journal.Sqlite;
using Microsoft.Extensions.Options;

namespace IterableForwarder.CrashHost;

/// <summary>
/// A disk that is full: SQLite may not make the database larger than so many pages. The service opens a new connection when a write
/// fails, and the limit goes with the old one; so it is set anew right ahead of each write.
/// </summary>
internal sealed class Quota(SqliteWriter writer, IOptions<CrashOptions> options)
{
    /// <summary>What SQLite allows at most, and by default.</summary>
    private const long MaxPages = 4_294_967_294;

    private readonly string _file = options.Value.QuotaFile;

    public void Apply()
    {
        if (_file.Length == 0) return;
        var pages = Pages();
        _ = writer.WriteAsync(session => session.Scalar($"PRAGMA max_page_count = {pages}"));
    }

    private long Pages()
    {
        try
        {
            return long.Parse(File.ReadAllText(_file), CultureInfo.InvariantCulture);
        }
        catch (FileNotFoundException)
        {
            return MaxPages;
        }
    }
}
