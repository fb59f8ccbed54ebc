using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Planning;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>POST /api/v1/streams/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewAssembly(StreamTargets streams, BodyMemory memory, IOptions<IngestOptions> options, TimeProvider time) : IIngestAssembly<StreamTarget, StreamIntake>
{
    public Task<OrRefusal<StreamTarget>> FindAsync(HttpContext context) => Task.FromResult(streams.Find(context, "id"));

    public BodyFormat<StreamIntake> Open(StreamTarget target, HttpContext context) => StreamFormat.OfEvents(target, context, new(time.GetUtcNow(), ChangeLimit.OfMessage(options.Value)));

    public async Task<Offer> AssembleAsync(StreamTarget target, StreamIntake message, CancellationToken cancellationToken)
    {
        if (message.Read != 1) return Offer.None(NotOne());
        using var share = new BodyShare(memory);
        var requests = new PreviewedRequests(share);
        var isShown = await TryShowAsync(message.Events, requests, cancellationToken) && await TryShowAsync(message.Users, requests, cancellationToken);
        return Offer.None(isShown ? TypedResults.Ok(new StreamPreview(message.StoppedBy is null, message.StoppedBy, requests.All)) : PreviewedRequests.TooLong());
    }

    private static ProblemHttpResult NotOne()
    {
        var errors = new ValidationErrors();
        errors.Add("events", "must be one event");
        return errors.ToResult();
    }

    private static async Task<bool> TryShowAsync(FeedDraft draft, PreviewedRequests requests, CancellationToken cancellationToken)
    {
        var calls = CallKinds.Of(draft.Feed.Kind);
        var planner = new CallPlanner(calls.LastChangeWins);
        var chunks = draft.Chunks();
        for (var i = 0; i < chunks.Count; i++) planner.Fold(new PlannedEntry(i, draft.Rule.Mapping, chunks[i].Changes, chunks[i].InitialOutcomes()));
        var target = new CallTarget(ListId: 0, CallSettings.Default, draft.Feed.MergeNestedObjects);
        while (planner.TakeCall(ChangeAction.Add, calls.Limits, calls.Lengths) is { } call)
        {
            if (!await requests.TryAddAsync(calls.Build(call, target), cancellationToken)) return false;
        }
        return true;
    }
}
