using IterableForwarder.Changes;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Planning;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /api/v1/streams/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewEndpoint(StreamRequestReader reader, TimeProvider time)
{
    public async Task<IResult> HandleAsync(string id, HttpContext context)
    {
        if (!reader.TryFind(id, context, out var target, out var refusal)) return refusal;
        var faults = new Faults();
        var intake = new StreamIntake(target, time.GetUtcNow(), faults);
        var events = 0;
        var wrong = await reader.ReadAsync(context, "events", Take, faults);
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
        var planner = new CallPlanner(isOfEvents: side.Kind == ChangeKind.Event);
        var pieces = draft.Pieces();
        for (var i = 0; i < pieces.Count; i++) planner.Fold(new PlannedEntry(i, draft.Rule.Mapping, pieces[i].Changes, pieces[i].InitialOutcomes()));
        var target = new CallTarget(side.Kind, ListId: 0, CallSettings.Default, side.MergeNestedObjects);
        var requests = new List<PreviewedRequest>();
        while (planner.TakeCall(ChangeAction.Add, RequestBuilder.Limits, RequestBuilder.LengthsOf(side.Kind)) is { } call)
            requests.Add(Members.PreviewEndpoint.Show(call, target));
        return requests;
    }
}
