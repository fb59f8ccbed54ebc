using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What an audience's settings say about its list.</summary>
/// <param name="ListId">1 or more; null where they name no usable list.</param>
/// <param name="Given">The words that are no list's id; null where there are none.</param>
internal readonly record struct ListSetting(long? ListId, string? Given);

/// <summary>An audience as a message names it.</summary>
internal struct Audience
{
    /// <summary>Represents the audience of a member whose message does not say which: it has a connection too, so that nothing is lost.</summary>
    public const string UnknownId = "unknown";

    /// <summary>Characters of a sender's word that are kept to explain an outcome.</summary>
    public const int MaxDetail = 100;

    /// <summary>What a connection may be named, and its audience called.</summary>
    private const int MaxCharacters = 200;

    private string? _id;
    private string? _name;

    /// <summary>0 for none: with a number that may be missing, each of very many audiences would take half as much again.</summary>
    private long _listId;
    private string? _givenList;

    public readonly string Id => _id ?? UnknownId;

    public readonly bool IsKnown => _id is not null;

    /// <summary>Null where it has none.</summary>
    public readonly string? Name => _name;

    public readonly ListSetting List => new(_listId == 0 ? null : _listId, _givenList);

    /// <summary>As it was given, at most a hundred characters; null where there was none.</summary>
    public string? Action { get; private set; }

    public void ReadId(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) =>
        _id = JsonValues.Word(ref reader, json, orNumber: true) is { Length: <= MaxCharacters } id ? id : null;

    public void ReadName(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) =>
        _name = JsonValues.Word(ref reader, json) is { } name ? JsonValues.Cut(name, MaxCharacters) : null;

    public void ReadAction(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) =>
        Action = JsonValues.Word(ref reader, json, orNumber: true) is { } word ? JsonValues.Cut(word, MaxDetail) : null;

    public void ReadSettings(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        (_listId, _givenList) = (0, null);
        if (!JsonValues.IsObject(ref reader)) return;
        while (JsonValues.NextName(ref reader))
        {
            if (!JsonValues.IsName(ref reader, "listId"u8))
            {
                reader.Skip();
                continue;
            }
            reader.Read();
            var list = Parse(JsonValues.Word(ref reader, json, orNumber: true));
            (_listId, _givenList) = (list.ListId ?? 0, list.Given);
        }
    }

    /// <summary>What a membership action asks for.</summary>
    public readonly ChangeAction ToChangeAction()
    {
        if (string.Equals(Action, "add", StringComparison.OrdinalIgnoreCase)) return ChangeAction.Add;
        return string.Equals(Action, "delete", StringComparison.OrdinalIgnoreCase) ? ChangeAction.Remove : ChangeAction.Unsupported;
    }

    private static ListSetting Parse(string? word)
    {
        if (word is null) return default;
        return JsonNumbers.IdOf(Encoding.UTF8.GetBytes(word)) is { } id ? new(id, null) : new(null, JsonValues.Cut(word, MaxDetail));
    }
}
