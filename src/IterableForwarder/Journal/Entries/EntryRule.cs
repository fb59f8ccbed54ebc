using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Entries;

/// <summary>The list and the mapping an entry was accepted under. What a connection is told later does not change it.</summary>
/// <param name="ListId">Null where what came names no usable list: then nothing of it is forwarded.</param>
/// <param name="Mapping">How its changes become members.</param>
internal sealed record EntryRule(long? ListId, MappingRule Mapping);
