using IterableForwarder.Journal;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /ingest/amplitude/{streamId}/events and …/users: accepts what Amplitude streams.</summary>
internal sealed class StreamsEndpoint(StreamRequestReader reader, IEntryJournal journal, PendingLimits limits, TimeProvider time, IngressLog log)
{
    public Task<IResult> HandleEventsAsync(string streamId, HttpContext context) =>
        HandleAsync(streamId, context, "events", target => target.Events, intake => intake.TakeEvent);

    public Task<IResult> HandleUsersAsync(string streamId, HttpContext context) =>
        HandleAsync(streamId, context, "identification", target => target.Users, intake => intake.TakeUser);

    private async Task<IResult> HandleAsync(
        string id,
        HttpContext context,
        string arrayName,
        Func<StreamTarget, Connection> sideOf,
        Func<StreamIntake, Action<MessagePlace, ReadOnlyMemory<byte>>> takeOf)
    {
        if (!reader.TryFind(id, context, out var target, out var refusal)) return refusal;
        if (limits.Check(sideOf(target).Id, 1) is { } noRoom) return new NoRoomResult(limits.Refuse(noRoom));
        var faults = new Faults();
        var intake = new StreamIntake(target, time.GetUtcNow(), faults);
        if (await reader.ReadAsync(context, arrayName, takeOf(intake), faults) is { } wrong) return wrong;
        var batches = intake.ToBatches(time);
        if (batches.Count > 0)
        {
            // the same event again is the same at Iterable, as its id is: nothing here needs to be guarded
            await journal.AcceptAsync(batches, null);
            foreach (var batch in batches) log.Accepted(batch);
        }
        return TypedResults.Accepted((string?)null, intake.Answer);
    }
}
