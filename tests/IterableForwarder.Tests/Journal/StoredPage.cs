using Dapper;

namespace IterableForwarder.Tests.Journal;

/// <summary>Damages the first page of a table or of an index in the file itself, so that the one says something else than the other.</summary>
internal static class StoredPage
{
    /// <summary>Flips a bit of some bytes on the page, also under a running service.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="name">Of the table or index.</param>
    /// <param name="content">What is there once.</param>
    public static void Flip(string folder, string name, byte[] content)
    {
        long place;
        byte[] page;
        using (var connection = TestStore.Open(folder))
        {
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            page = new byte[connection.ExecuteScalar<int>("PRAGMA page_size")];
            place = (connection.ExecuteScalar<long>("SELECT rootpage FROM sqlite_schema WHERE name = @name", new { name }) - 1) * page.Length;
        }
        using (var file = new FileStream(TestStore.FileIn(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite))
        {
            file.Position = place;
            file.ReadExactly(page);
            var at = page.AsSpan().IndexOf(content);
            Assert.True(at > 0, $"{Convert.ToHexString(content)} is not on the first page of {name}");
            file.Position = place + at + content.Length - 1;
            file.WriteByte((byte)(content[^1] ^ 4));
        }
        // whoever has the page in memory reads the file again after a commit of another
        using var other = TestStore.Open(folder);
        other.Execute("PRAGMA user_version = 0");
    }
}
