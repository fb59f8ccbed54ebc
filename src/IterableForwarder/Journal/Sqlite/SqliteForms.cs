namespace IterableForwarder.Journal.Sqlite;

/// <summary>How SQLite stores values: ids as 16 bytes in the order of their text, so that they sort by time; times as Unix milliseconds.</summary>
internal static class SqliteForms
{
    public const int IdBytes = 16;

    public static byte[] Blob(this Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid ToGuid(byte[] blob) => new(blob, bigEndian: true);

    public static long Millis(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static DateTimeOffset ToTime(long millis) => DateTimeOffset.FromUnixTimeMilliseconds(millis);
}
