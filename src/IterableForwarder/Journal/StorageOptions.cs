using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Journal;

/// <summary>Where state is kept.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The database engine: <c>sqlite</c>.</summary>
    public string Engine { get; set; } = "sqlite";

    /// <summary>For the engine. Empty means a file under <c>data/</c> beside the content root, created when missing.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>
    /// The folder for the key ring and, by default, the database. Empty means <c>data/</c> beside the content root, or the
    /// folder of the database file where a connection string names one. Losing it makes the stored Iterable keys unreadable.
    /// </summary>
    public string DataFolder { get; set; } = "";

    /// <summary>
    /// How long a second process waits for the lock of the data folder before it ends; 10 s by default, which is as long as the first may
    /// take to stop.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LockWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a batch is kept after it was completed, with everyone in it; 7 days by default, a day at least. A change that comes
    /// later than that can undo a newer one, and whoever was not delivered cannot be found any more.
    /// </summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often what is older is looked for; a minute by default. Finding nothing is one look into an index.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "1.00:00:00")]
    public TimeSpan PurgeEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Bytes of the disk that new work must leave free, so that what was accepted can still be settled; 256 MB by default, but never
    /// more than a tenth of the disk, so that a small one is not all reserve. Below it, requests that bring changes get 503. 0 for none.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 256 << 20;
}
