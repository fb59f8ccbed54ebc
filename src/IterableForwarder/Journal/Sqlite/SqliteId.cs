using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>Ids as 16-byte blobs, most significant byte first, so that they sort by time.</summary>
internal static class SqliteId
{
    public static byte[] Of(Guid id) => id.ToByteArray(bigEndian: true);

    public static Guid Read(SqliteDataReader row, int column) => new((byte[])row.GetValue(column), bigEndian: true);
}
