using Dapper;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Tests.Journal;

/// <summary>A value in the database of a stopped service: of any table but the names of the scripts that have run.</summary>
/// <param name="Table">Its table.</param>
/// <param name="Column">Its column.</param>
/// <param name="Where">Finds its row.</param>
/// <param name="Type">As SQLite calls it.</param>
/// <param name="Content">What is stored: an integer in as many bytes as SQLite takes for it, the last of them first.</param>
internal sealed record StoredBits(string Table, string Column, string Where, string Type, byte[] Content)
{
    private static readonly int[] IntegerSizes = [1, 2, 3, 4, 6, 8];

    public string Name => $"{Table}.{Column}";

    public int Bits => Content.Length * 8;

    public static IReadOnlyList<StoredBits> In(string folder)
    {
        using var connection = Open(folder);
        var values = new List<StoredBits>();
        var tables = connection.Query<string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'SchemaVersions' ORDER BY name");
        foreach (var table in tables.ToList())
        {
            var columns = connection.Query<(string Name, long Key)>($"SELECT name, pk FROM pragma_table_info('{table}')").ToList();
            string[] keys = columns.Exists(c => c.Key > 0) ? [.. columns.Where(c => c.Key > 0).Select(c => c.Name)] : ["rowid"];
            var where = string.Join(" || ' AND ' || ", keys.Select(k => $"'{k} = ' || quote({k})"));
            foreach (var (column, _) in columns)
            {
                var rows = connection.Query<(string Where, string Type, byte[] Content, long Number)>(
                    $"SELECT {where}, typeof({column}), CAST({column} AS BLOB), CAST({column} AS INTEGER) FROM {table} WHERE {column} IS NOT NULL ORDER BY 1");
                values.AddRange(rows.Select(r => new StoredBits(table, column, r.Where, r.Type, r.Type == "integer" ? BytesOf(r.Number) : r.Content)));
            }
        }
        return values;
    }

    /// <summary>Flips a bit behind the back of the database's triggers, as a broken disk does. False where a key would be there twice, which no index allows.</summary>
    public bool TryFlip(string folder, int bit)
    {
        using var connection = Open(folder);
        using var transaction = connection.BeginTransaction();
        var triggers = connection.Query<(string Name, string Sql)>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").ToList();
        foreach (var (name, _) in triggers) connection.Execute($"DROP TRIGGER {name}");
        var flipped = TestStore.Flipped(Content, bit);
        try
        {
            var isChanged = Type == "integer"
                ? connection.Execute($"UPDATE {Table} SET {Column} = @number WHERE {Where}", new { number = NumberOf(flipped) })
                : connection.Execute($"UPDATE {Table} SET {Column} = CAST(@flipped AS {Type}) WHERE {Where}", new { flipped });
            Assert.Equal(1, isChanged);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT)
        {
            return false;
        }
        foreach (var (_, sql) in triggers) connection.Execute(sql);
        transaction.Commit();
        return true;
    }

    private static SqliteConnection Open(string folder)
    {
        var connection = TestStore.Open(folder);
        connection.Execute("PRAGMA ignore_check_constraints = ON");
        return connection;
    }

    private static byte[] BytesOf(long number)
    {
        var size = IntegerSizes.First(s => s == 8 || (number >= -(1L << ((s * 8) - 1)) && number < 1L << ((s * 8) - 1)));
        return BitConverter.GetBytes(number)[..size];
    }

    private static long NumberOf(byte[] bytes)
    {
        var isNegative = (bytes[^1] & 0x80) != 0;
        return BitConverter.ToInt64([.. bytes, .. Enumerable.Repeat(isNegative ? (byte)0xFF : (byte)0, 8 - bytes.Length)]);
    }
}
