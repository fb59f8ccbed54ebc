using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Ingress.Members;

/// <summary>POST /api/v1/connections/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewAssembly(IProjectDirectory directory, TimeProvider time) : IIngestAssembly<MembersTarget, MembersBody>
{
    /// <summary>Represents the list of a connection that has none: whatever would go there is dropped.</summary>
    private const long NoList = 0;

    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);

    public Task<OrRefusal<MembersTarget>> FindAsync(HttpContext context) => Task.FromResult(MembersTarget.Find(directory, context, time));

    public BodyFormat<MembersBody> Open(MembersTarget target, HttpContext context) =>
        new MembersFormat(context, new ChunkStore(journal: null, limits: null, target.Connection, target.Rule), target.ReceivedAt);

    public Task<Offer> AssembleAsync(MembersTarget target, MembersBody message, CancellationToken cancellationToken)
    {
        var connection = target.Connection;
        var calls = new CallTarget(connection.ListId ?? NoList, connection.CallSettings, MergeNestedObjects: false);
        return Task.FromResult(Offer.None(TypedResults.Ok(Show(message.Chunks, target.Rule, calls, target.ReceivedAt))));
    }

    private static Preview Show(IReadOnlyList<Chunk> chunks, EntryRule rule, CallTarget target, DateTimeOffset receivedAt)
    {
        var planner = new CallPlanner();
        var requests = new List<PreviewedRequest>();
        var dropped = new List<PreviewedDrop>();
        var earlier = new List<TimedChanges>();
        var superseded = 0;
        var firstIndex = 0;
        for (var i = 0; i < chunks.Count; i++)
        {
            var chunk = chunks[i];
            dropped.AddRange(chunk.Dropped.Select(d => new PreviewedDrop(firstIndex + d.Position, d.Reason)));
            firstIndex += chunk.Count;
            var timed = new TimedChanges(chunk.Changes, rule.Mapping, receivedAt.ToUnixTimeMilliseconds());
            var late = LateArrivals.Find(timed, LateArrivals.FingerprintsOf(timed), earlier);
            earlier.Add(timed);
            superseded += late.Count;
            planner.Fold(new PlannedEntry(i, rule.Mapping, chunk.Changes, chunk.InitialOutcomes()), late);
        }
        while (Next(planner) is { } call)
        {
            superseded += call.Nodes.Sum(n => n.Superseded.Length);
            requests.Add(PreviewedRequest.Of(Calls.Build(call, target)));
            foreach (var node in call.Nodes) planner.Complete(node);
        }
        return new(requests, dropped, superseded);
    }

    private static PlannedCall? Next(CallPlanner planner) =>
        planner.TakeCall(ChangeAction.Remove, Calls.Limits, Calls.Lengths) ?? planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths);
}
