using System.Buffers.Text;
using System.Text.Json;

namespace Iterable.Client.Answers;

/// <summary>What the calls about lists themselves bring back.</summary>
internal static class ListAnswers
{
    /// <summary>Reads <c>{"lists":[…]}</c>; an entry without an id is left out.</summary>
    public static bool TryReadLists(ReadOnlyMemory<byte> body, out IReadOnlyList<IterableList>? lists)
    {
        lists = JsonReading.ReadObject(body, ReadLists);
        return lists is not null;
    }

    /// <summary>Reads <c>{"listId":123}</c>.</summary>
    public static bool TryReadListId(ReadOnlyMemory<byte> body, out long listId)
    {
        listId = JsonReading.ReadObject(body, root => JsonReading.SaysFailure(root) ? null : JsonReading.Integer(JsonReading.Get(root, "listId"))) ?? 0;
        return listId > 0;
    }

    /// <summary>Reads a bare number; Iterable documents text, so quotes around it are taken too.</summary>
    public static bool TryReadSize(ReadOnlyMemory<byte> body, out long size)
    {
        var text = body.Span.Trim(" \t\r\n\""u8);
        return Utf8Parser.TryParse(text, out size, out int consumed) && consumed == text.Length && size >= 0;
    }

    private static List<IterableList>? ReadLists(JsonElement body)
    {
        var entries = JsonReading.Get(body, "lists");
        if (entries.ValueKind != JsonValueKind.Array || JsonReading.SaysFailure(body))
            return null;

        var lists = new List<IterableList>(entries.GetArrayLength());
        foreach (var entry in entries.EnumerateArray())
        {
            if (JsonReading.Integer(JsonReading.Get(entry, "id")) is not { } id)
                continue;
            lists.Add(new IterableList(
                id,
                JsonReading.Text(JsonReading.Get(entry, "name")) ?? "",
                JsonReading.Text(JsonReading.Get(entry, "listType")),
                JsonReading.Integer(JsonReading.Get(entry, "createdAt"))));
        }

        return lists;
    }
}
