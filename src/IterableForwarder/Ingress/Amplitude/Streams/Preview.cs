using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Planning;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /api/v1/streams/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewAssembly(StreamTargets streams, TimeProvider time) : IIngestAssembly<StreamTarget, StreamIntake>
{
    public Task<OrRefusal<StreamTarget>> FindAsync(HttpContext context) => Task.FromResult(streams.Find(context, "id"));

    public BodyFormat<StreamIntake> Open(StreamTarget target, HttpContext context) => StreamFormat.OfEvents(target, context, time.GetUtcNow());

    public Task<Offer> AssembleAsync(StreamTarget target, StreamIntake message, CancellationToken cancellationToken) =>
        Task.FromResult(Offer.None(message.Read == 1 ? TypedResults.Ok(Show(message)) : NotOne()));

    private static ProblemHttpResult NotOne()
    {
        var errors = new ValidationErrors();
        errors.Add("events", "must be one event");
        return errors.ToResult();
    }

    private static StreamPreview Show(StreamIntake intake) => new(intake.StoppedBy is null, intake.StoppedBy, [.. Show(intake.Events), .. Show(intake.Users)]);

    private static List<PreviewedRequest> Show(FeedDraft draft)
    {
        var calls = CallKinds.Of(draft.Feed.Kind);
        var planner = new CallPlanner(calls.LastChangeWins);
        var chunks = draft.Chunks();
        for (var i = 0; i < chunks.Count; i++) planner.Fold(new PlannedEntry(i, draft.Rule.Mapping, chunks[i].Changes, chunks[i].InitialOutcomes()));
        var target = new CallTarget(ListId: 0, CallSettings.Default, draft.Feed.MergeNestedObjects);
        var requests = new List<PreviewedRequest>();
        while (planner.TakeCall(ChangeAction.Add, calls.Limits, calls.Lengths) is { } call)
            requests.Add(PreviewedRequest.Of(calls.Build(call, target)));
        return requests;
    }
}
