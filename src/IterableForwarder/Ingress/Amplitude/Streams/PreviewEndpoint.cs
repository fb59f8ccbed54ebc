using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Planning;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /api/v1/streams/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewEndpoint(StreamRequestReader reader, TimeProvider time)
{
    public async Task<IResult> HandleAsync(string id, HttpContext context)
    {
        if (!reader.TryFind(id, context, out var target, out var refusal)) return refusal;
        var (body, unreadable) = reader.Open(context);
        if (body is null) return unreadable!;
        await using var opened = body;
        var faults = new Faults();
        var intake = new StreamIntake(target, time.GetUtcNow(), faults, HttpApi.Of(context));
        var events = 0;
        var wrong = await StreamRequestReader.ReadAsync(body, context, "events", Take, faults);
        if (wrong is not null) return wrong;
        if (events == 1) return TypedResults.Ok(new StreamPreview(intake.StoppedBy is null, intake.StoppedBy, [.. Show(intake.Events), .. Show(intake.Users)]));
        faults.Add("events", "must be one event");
        return faults.ToResult();

        void Take(MessagePlace place, ReadOnlyMemory<byte> json)
        {
            events++;
            intake.TakeEvent(place, json);
        }
    }

    private static List<PreviewedRequest> Show(SideDraft draft)
    {
        var side = draft.Side;
        var calls = CallKinds.Of(side.Kind);
        var planner = new CallPlanner(calls.LastChangeWins);
        var pieces = draft.Pieces();
        for (var i = 0; i < pieces.Count; i++) planner.Fold(new PlannedEntry(i, draft.Rule.Mapping, pieces[i].Changes, pieces[i].InitialOutcomes()));
        var target = new CallTarget(ListId: 0, CallSettings.Default, side.MergeNestedObjects);
        var requests = new List<PreviewedRequest>();
        while (planner.TakeCall(ChangeAction.Add, calls.Limits, calls.Lengths) is { } call)
            requests.Add(PreviewedRequest.Of(calls.Build(call, target)));
        return requests;
    }
}
