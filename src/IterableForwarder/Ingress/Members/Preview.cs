using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Members;

/// <summary>POST /api/v1/connections/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewAssembly(IProjectDirectory directory, BodyMemory memory, IOptions<IngestOptions> options, TimeProvider time)
    : IIngestAssembly<MembersTarget, MembersBody>
{
    /// <summary>Represents the list of a connection that has none: whatever would go there is dropped.</summary>
    private const long NoList = 0;

    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);

    public bool IsLong => true;

    public Task<OrRefusal<MembersTarget>> FindAsync(HttpContext context) => Task.FromResult(MembersTarget.Find(directory, context, time));

    public BodyFormat<MembersBody> Open(MembersTarget target, HttpContext context)
    {
        var response = new BodyShare(memory);
        context.Response.RegisterForDispose(response);
        return new MembersFormat(context, new ChunkStore(journal: null, limits: null, target.Connection, target.Rule), target.ReceivedAt)
        {
            Limit = ChangeLimit.OfPreview(options.Value),
            Response = response,
        };
    }

    public async Task<Offer> AssembleAsync(MembersTarget target, MembersBody message, CancellationToken cancellationToken)
    {
        var connection = target.Connection;
        var calls = new CallTarget(connection.ListId ?? NoList, connection.CallSettings, MergeNestedObjects: false);
        var (requests, planned) = (new PreviewedRequests(message.Response!), Plan(message.Chunks, target.Rule, target.ReceivedAt));
        while (Next(planned.Planner) is { } call)
        {
            planned.Superseded += call.Nodes.Sum(n => n.Superseded.Length);
            if (!await requests.TryAddAsync(Calls.Build(call, calls), cancellationToken)) return Offer.None(PreviewedRequests.TooLong());
            foreach (var node in call.Nodes) planned.Planner.Complete(node);
        }
        return Offer.None(TypedResults.Ok(new Preview(requests.All, planned.Dropped, planned.Superseded)));
    }

    private static Planned Plan(IReadOnlyList<Chunk> chunks, EntryRule rule, DateTimeOffset receivedAt)
    {
        var planned = new Planned();
        var earlier = new List<TimedChanges>();
        var firstIndex = 0;
        for (var i = 0; i < chunks.Count; i++)
        {
            var chunk = chunks[i];
            planned.Dropped.AddRange(chunk.Dropped.Select(d => new PreviewedDrop(firstIndex + d.Position, d.Reason)));
            firstIndex += chunk.Count;
            var timed = new TimedChanges(chunk.Changes, rule.Mapping, receivedAt.ToUnixTimeMilliseconds());
            var late = LateArrivals.Find(timed, LateArrivals.FingerprintsOf(timed), earlier);
            earlier.Add(timed);
            planned.Superseded += late.Count;
            planned.Planner.Fold(new PlannedEntry(i, rule.Mapping, chunk.Changes, chunk.InitialOutcomes()), late);
        }
        return planned;
    }

    private static PlannedCall? Next(CallPlanner planner) =>
        planner.TakeCall(ChangeAction.Remove, Calls.Limits, Calls.Lengths) ?? planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths);

    /// <summary>All changes in the hands of the planner, and what is known of those that are not.</summary>
    private sealed class Planned
    {
        public CallPlanner Planner { get; } = new();

        public List<PreviewedDrop> Dropped { get; } = [];

        public int Superseded { get; set; }
    }
}
