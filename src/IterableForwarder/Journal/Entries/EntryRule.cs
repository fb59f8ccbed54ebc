using System.Text.Json.Serialization;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Entries;

/// <summary>The list and the mapping an entry was accepted under. What a feed is told later does not change it.</summary>
/// <param name="ListId">Null where what came names no usable list: then nothing of it is forwarded, unless there is a name.</param>
/// <param name="Mapping">How its changes become members.</param>
/// <param name="ListName">Set where only the name of the list was known: it goes to the list that its connection gets for it.</param>
/// <param name="Kind">Which call its changes go by.</param>
/// <param name="Settings">What its message said is to be told to Iterable with it; null where that of the feed counts when it is sent.</param>
internal sealed record EntryRule(
    long? ListId,
    MappingRule Mapping,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ListName = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ChangeKind Kind = ChangeKind.Membership,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CallSettings? Settings = null)
{
    /// <summary>True where a change has nowhere to go.</summary>
    [JsonIgnore]
    public bool HasNoList => Kind == ChangeKind.Membership && ListId is null && ListName is null;

    /// <summary>For what a feed accepts now.</summary>
    public static EntryRule For(IFeed feed, MappingRule mapping) => feed is Connection connection
        ? new(connection.ListId, mapping, connection.OwesList ? connection.ListName : null)
        : new(null, mapping, Kind: feed.Kind);
}
