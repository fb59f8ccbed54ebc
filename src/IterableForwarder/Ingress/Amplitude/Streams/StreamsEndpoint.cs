using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /ingest/amplitude/{streamId}/events and …/users: accepts what Amplitude streams.</summary>
internal sealed class StreamsEndpoint(
    StreamRequestReader reader, BodyKey bodyKey, IEntryJournal journal, PendingLimits limits, TimeProvider time, IngressLog log)
{
    /// <summary>In either form; that of the HTTP V2 API is answered like Amplitude itself.</summary>
    public async Task<IResult> HandleEventsAsync(string streamId, HttpContext context)
    {
        var (body, unreadable) = reader.Open(context);
        if (body is null) return unreadable!;
        await using (body)
        {
            if (await bodyKey.AuthenticateAsync(context, body) is { } unauthorized) return unauthorized;
            if (!reader.TryFind(streamId, context, out var target, out var refusal)) return refusal;
            var (answer, refused) = await AcceptAsync(body, context, "events", target, target.Events, intake => intake.TakeEvent);
            return answer is null ? refused! : AnswerTo(answer, body, context);
        }
    }

    public async Task<IResult> HandleUsersAsync(string streamId, HttpContext context)
    {
        if (!reader.TryFind(streamId, context, out var target, out var refusal)) return refusal;
        var (body, unreadable) = reader.Open(context);
        if (body is null) return unreadable!;
        await using (body)
        {
            var (answer, refused) = await AcceptAsync(body, context, "identification", target, target.Users, intake => intake.TakeUser);
            return answer is null ? refused! : TypedResults.Accepted((string?)null, answer);
        }
    }

    /// <summary>
    /// Read even where there is no room: the sender's SDK wants to be told which of its events have to wait. The limit of the body bounds it.
    /// </summary>
    private async Task<(IngestAnswer? Answer, IResult? Refusal)> AcceptAsync(
        IncomingBody body,
        HttpContext context,
        string arrayName,
        StreamTarget target,
        Connection side,
        Func<StreamIntake, Action<MessagePlace, ReadOnlyMemory<byte>>> takeOf)
    {
        var faults = new Faults();
        var intake = new StreamIntake(target, time.GetUtcNow(), faults, HttpApi.Of(context));
        if (await StreamRequestReader.ReadAsync(body, context, arrayName, takeOf(intake), faults) is { } wrong) return (null, wrong);
        if (limits.Check(side.Id, 1) is { } noRoom) return (null, new NoRoomResult(limits.Refuse(noRoom)));
        var batches = intake.ToBatches(time);
        if (batches.Count > 0)
        {
            // the same event again is the same at Iterable, as its id is: nothing here needs to be guarded
            await journal.AcceptAsync(batches, null);
            foreach (var batch in batches) log.Accepted(batch);
        }
        log.Ignored(Source.Amplitude, intake.Answer.Ignored);
        return (intake.Answer, null);
    }

    private IResult AnswerTo(IngestAnswer answer, IncomingBody body, HttpContext context)
    {
        var api = HttpApi.Of(context);
        if (api.IsUsed != true) return TypedResults.Accepted((string?)null, answer);
        return TypedResults.Ok(new HttpApiAnswer(
            answer.Accepted, answer.Ignored, answer.Refused, StatusCodes.Status200OK, answer.Accepted + answer.Ignored, body.Length, time.GetUtcNow().ToUnixTimeMilliseconds()));
    }
}
