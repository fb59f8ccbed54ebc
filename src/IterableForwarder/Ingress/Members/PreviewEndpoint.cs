using System.Buffers;
using System.Text.Json;
using Iterable.Client.Requests;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Planning;

namespace IterableForwarder.Ingress.Members;

/// <summary>POST /api/v1/connections/{id}/preview: the same reading, mapping and planning as for real, and nothing else.</summary>
internal sealed class PreviewEndpoint(MembersRequestReader reader, TimeProvider time)
{
    /// <summary>Stands for the list of a connection that has none: whatever would go there is dropped.</summary>
    private const long NoList = 0;

    private static readonly ICallKind Calls = CallKinds.Of(ChangeKind.Membership);

    public async Task<IResult> HandleAsync(string id, HttpContext context)
    {
        if (!reader.TryFind(id, context, out var project, out var connection, out var refusal)) return refusal;
        var receivedAt = time.GetUtcNow();
        var rule = EntryRule.For(connection, connection.RuleFor(project));
        var pieces = new List<Piece>();
        var reading = await reader.ReadAsync(context, receivedAt, isHashed: false, isStored: false, full =>
        {
            pieces.Add(full.Seal(rule));
            return Task.CompletedTask;
        });
        if (reading.Last is null) return reading.Refusal!;
        pieces.Add(reading.Last.Seal(rule));

        var target = new CallTarget(connection.ListId ?? NoList, connection.CallSettings, MergeNestedObjects: false);
        return TypedResults.Ok(Show(pieces, rule, target, receivedAt));
    }

    private static Preview Show(List<Piece> pieces, EntryRule rule, CallTarget target, DateTimeOffset receivedAt)
    {
        var planner = new CallPlanner();
        var requests = new List<PreviewedRequest>();
        var dropped = new List<PreviewedDrop>();
        var earlier = new List<TimedChanges>();
        var superseded = 0;
        var firstIndex = 0;
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            dropped.AddRange(piece.Dropped.Select(d => new PreviewedDrop(firstIndex + d.Position, d.Reason)));
            firstIndex += piece.Count;
            var timed = new TimedChanges(piece.Changes, rule.Mapping, receivedAt.ToUnixTimeMilliseconds());
            var late = LateArrivals.Find(timed, LateArrivals.FingerprintsOf(timed), earlier);
            earlier.Add(timed);
            superseded += late.Count;
            planner.Fold(new PlannedEntry(i, rule.Mapping, piece.Changes, piece.InitialOutcomes()), late);
        }
        while (Next(planner) is { } call)
        {
            superseded += call.Nodes.Sum(n => n.Superseded.Length);
            requests.Add(Show(Calls.Build(call, target)));
            foreach (var node in call.Nodes) planner.Complete(node);
        }
        return new(requests, dropped, superseded);
    }

    private static PlannedCall? Next(CallPlanner planner) =>
        planner.TakeCall(ChangeAction.Remove, Calls.Limits, Calls.Lengths) ?? planner.TakeCall(ChangeAction.Add, Calls.Limits, Calls.Lengths);

    /// <summary>A request as it would be sent.</summary>
    public static PreviewedRequest Show(BulkRequest request)
    {
        var body = new ArrayBufferWriter<byte>();
        request.WriteBody(body);
        return new("POST", request.Path, JsonSerializer.Deserialize<JsonElement>(body.WrittenSpan));
    }
}
