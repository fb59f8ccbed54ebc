using IterableForwarder.Changes;
using IterableForwarder.Journal.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>Bytes or text that the store keeps of a connection and the service reads back, but no key.</summary>
/// <param name="Name">Of its table and column.</param>
/// <param name="Where">Finds its row.</param>
/// <param name="Content">What is stored.</param>
internal sealed record StoredValue(string Name, string Where, byte[] Content)
{
    private static readonly (string Table, string Column, string Key, string Rows)[] Columns =
    [
        ("bodies", "changes", "id", "id IN (SELECT body_id FROM entries WHERE connection_id = $1)"),
        ("bodies", "members", "id", "id IN (SELECT body_id FROM entries WHERE connection_id = $1)"),
        ("bodies", "origins", "id", "id IN (SELECT body_id FROM entries WHERE connection_id = $1)"),
        ("entries", "outcomes", "seq", "connection_id = $1"),
        ("entries", "dropped_as", "seq", "connection_id = $1"),
        ("entries", "source", "seq", "connection_id = $1"),
        ("rules", "content", "id", "connection_id = $1"),
        ("undelivered", "reason", "seq", "seq IN (SELECT seq FROM entries WHERE connection_id = $1)"),
    ];

    public static Task<IReadOnlyList<StoredValue>> OfAsync(IServiceProvider services, string connection) => services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
    {
        Assert.True(FeedId.TryParse(connection, out var id));
        var values = new List<StoredValue>();
        foreach (var (table, column, key, rows) in Columns)
        {
            using var row = s.Query($"SELECT {key}, CAST({column} AS BLOB) FROM {table} WHERE {rows} AND {column} IS NOT NULL ORDER BY 1", id.Value.Blob());
            while (row.Read()) values.Add(new($"{table}.{column}", $"{key} = {row.GetInt64(0)}", row.GetBytes(1)));
        }
        return (IReadOnlyList<StoredValue>)values;
    });

    /// <summary>Flips the bit with this number among those of all values. Returns the value; null where there are not so many.</summary>
    public static async Task<StoredValue?> FlipAsync(IServiceProvider services, IReadOnlyList<StoredValue> values, int bit)
    {
        foreach (var value in values)
        {
            if (bit < value.Content.Length * 8)
            {
                await value.WriteAsync(services, TestStore.Flipped(value.Content, bit));
                return value;
            }
            bit -= value.Content.Length * 8;
        }
        return null;
    }

    private Task<int> WriteAsync(IServiceProvider services, byte[] content) => services.GetRequiredService<SqliteWriter>().WriteAsync(s =>
    {
        var parts = Name.Split('.');
        var value = parts[1] is "source" or "content" or "reason" ? "CAST($1 AS TEXT)" : "$1";
        return s.Execute($"UPDATE {parts[0]} SET {parts[1]} = {value} WHERE {Where}", content);
    });
}
