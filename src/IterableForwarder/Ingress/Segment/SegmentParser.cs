using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.Segment;

/// <summary>Takes a body apart as it arrives: an array of events, an object with a <c>batch</c> of them, or one event.</summary>
/// <param name="events">Receives the events.</param>
/// <param name="signature">Checked against the first event; null where none is asked for.</param>
/// <param name="errors">Receives what makes the body no events at all.</param>
internal sealed class SegmentParser(GatheredEvents events, Signature? signature, ValidationErrors errors) : OneOrManyParser("batch", int.MaxValue, mayBeArray: true)
{
    /// <summary>Segment sends 1000 at a time by default, and never more than this.</summary>
    public const int MaxEvents = 4000;

    public bool HasTooMany { get; private set; }

    protected override bool SkipsUnreadable => true;

    /// <summary>The body was read to its end: an object without a batch is one event itself.</summary>
    public void Finish()
    {
        var single = TakeSingle();
        if (single.IsEmpty || errors.Count > 0) return;
        var parts = SegmentEvent.Of(single);
        if (parts.IsEvent) events.Add(0, parts);
        else if (IsNoArray) errors.Add(ArrayName, "must be an array of events");
        else errors.Add("$", $"is not an event, which has a \"type\", nor an object with \"{ArrayName}\"");
    }

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        if (Index == 0) signature?.CheckFirst(element.Span);
        if (Index < MaxEvents) events.Add(Index, SegmentEvent.Of(element));
        else HasTooMany = true;
    }

    protected override void OnUnreadable()
    {
        if (Index < MaxEvents) events.AddNoEvent(Index);
        else HasTooMany = true;
    }

    protected override void OnError(string path, string error) => errors.Add(path, error);
}
