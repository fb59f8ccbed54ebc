using System.Text;
using SQLitePCL;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>A parameter of a statement, in the forms in which SQLite stores it. As an object, each would be garbage after one statement.</summary>
internal readonly struct SqliteValue
{
    private readonly Guid _id;
    private readonly long _number;
    private readonly object? _content;
    private readonly Kind _kind;

    private SqliteValue(Kind kind, long number = 0, object? content = null, Guid id = default) => (_kind, _number, _content, _id) = (kind, number, content, id);

    private enum Kind : byte
    {
        Null,
        Number,
        Id,
        Text,
        Blob,
    }

    public static SqliteValue Null => default;

    public static implicit operator SqliteValue(long number) => new(Kind.Number, number);

    public static implicit operator SqliteValue(long? number) => number is { } value ? value : Null;

    /// <summary>16 bytes in the order of its text, so that they sort by time (<see cref="SqliteForms"/>).</summary>
    public static implicit operator SqliteValue(Guid id) => new(Kind.Id, id: id);

    public static implicit operator SqliteValue(Guid? id) => id is { } value ? value : Null;

    public static implicit operator SqliteValue(string? text) => text is null ? Null : new(Kind.Text, content: text);

    public static implicit operator SqliteValue(byte[]? blob) => blob is null ? Null : new(Kind.Blob, content: blob);

    /// <returns>SQLite's code.</returns>
    public int Bind(sqlite3_stmt statement, int index) => _kind switch
    {
        Kind.Null => raw.sqlite3_bind_null(statement, index),
        Kind.Number => raw.sqlite3_bind_int64(statement, index, _number),
        Kind.Id => BindId(statement, index),
        Kind.Text => BindText(statement, index, (string)_content!),
        _ => BindBlob(statement, index, (byte[])_content!),
    };

    private int BindId(sqlite3_stmt statement, int index)
    {
        Span<byte> blob = stackalloc byte[SqliteForms.IdBytes];
        _id.TryWriteBytes(blob, bigEndian: true, out _);
        return raw.sqlite3_bind_blob(statement, index, blob);
    }

    /// <summary>With its length: as a string, it would end at U+0000.</summary>
    private static int BindText(sqlite3_stmt statement, int index, string text) =>
        text.Length == 0 ? raw.sqlite3_bind_text(statement, index, text) : raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(text));

    private static int BindBlob(sqlite3_stmt statement, int index, byte[] blob) =>
        blob.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, blob);
}
