using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Takes a body of user ids as it arrives. One that is none is that user's outcome, and no error of the body.</summary>
/// <param name="action">What is asked for.</param>
/// <param name="identifiers">Whose ids they are.</param>
/// <param name="chunk">Where the changes go; exchanged for a new one when it is full.</param>
/// <param name="errors">Receives what makes the body none of user ids.</param>
internal sealed class ListsParser(ChangeAction action, CohortIdentifiers identifiers, ChunkBuilder chunk, ValidationErrors errors) : ElementParser("userIds", ValueLimits.Change), IChangesParser
{
    public ChunkBuilder Chunk { get; set; } = chunk;

    protected override bool IsFull => Chunk.IsFull;

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        var reader = JsonValues.ReaderOf(element);
        Add(JsonValues.Present(JsonValues.Text(ref reader, element, orNumber: true)));
    }

    protected override bool SkipsUnreadable => true;

    protected override void OnUnreadable() => Add(default);

    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        // fields that we do not know are ignored
    }

    protected override void OnNoArray(bool isMissing) => errors.Add("userIds", isMissing ? "is required" : "must be an array");

    private void Add(ReadOnlyMemory<byte> userId) => Chunk.Add(identifiers.ApplyTo(new Change { Action = action, CustomerId = userId }));

    protected override void OnError(string path, string error) => errors.Add(path, error);
}
