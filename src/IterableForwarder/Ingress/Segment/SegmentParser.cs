using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Takes a body apart as it arrives: an array of events, or one event.</summary>
/// <param name="events">Receives the events.</param>
/// <param name="signature">Checked against the first event; null where none is asked for.</param>
/// <param name="faults">Receives what makes the body no events at all.</param>
internal sealed class SegmentParser(GatheredEvents events, Signature? signature, Faults faults) : ElementParser(arrayName: null, int.MaxValue)
{
    /// <summary>Segment sends 1000 at a time by default, and never more than this.</summary>
    public const int MostEvents = 4000;

    public bool HasTooMany { get; private set; }

    /// <summary>Nothing is taken away before the request is known whole; the number of events and the limit of the body bound it.</summary>
    protected override bool IsFull => false;

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        if (Index == 0) signature?.CheckFirst(element.Span);
        if (Index < MostEvents) events.Add(Index, element);
        else HasTooMany = true;
    }

    protected override void OnMember(string name, ReadOnlyMemory<byte> value) => throw new InvalidOperationException("The body itself is the array.");

    protected override void OnNoArray(bool isMissing) => throw new InvalidOperationException("The body itself is the array.");

    protected override void OnFault(string path, string fault) => faults.Add(path, fault);
}
