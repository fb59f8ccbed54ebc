using System.Buffers;

namespace Iterable.Client.Requests;

/// <summary>
/// POST /api/events/trackBulk. Iterable takes ten a second for a project and does not order it against its single-event
/// call. Failures name people or event names, never positions: events that share one share the failure.
/// </summary>
/// <param name="Events">The events; each counts as one member.</param>
public sealed record TrackBulkRequest(IReadOnlyList<IterableEvent> Events) : BulkRequest
{
    /// <inheritdoc/>
    public override EndpointClass EndpointClass => EndpointClass.Events;

    /// <inheritdoc/>
    public override string Path => "/api/events/trackBulk";

    /// <inheritdoc/>
    public override int MemberCount => Events.Count;

    /// <inheritdoc/>
    public override void WriteBody(IBufferWriter<byte> output)
    {
        using var writer = JsonBody.Writer(output);
        writer.WriteStartObject();
        writer.WriteStartArray("events"u8);
        for (int index = 0; index < Events.Count; index++)
            Events[index].Write(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    internal override MemberKeys KeysAt(int index) => Events[index].Keys;
}
