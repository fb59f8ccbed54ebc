using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>Has something written down, and calls back once it is.</summary>
internal delegate void SettleAction(Lane lane, SettlementBuilder settled, Action whenWritten);

/// <summary>Decides what an answer of Iterable calls for: the table in docs/guarantees.md. Runs in the owner's loop.</summary>
internal sealed class AnswerHandler(DeliveryTools tools, ProjectProbe probe, SettleAction settle)
{
    /// <summary>What is said of a member whom Iterable lists as failed in an answer that is otherwise a success: it gives no words of its own.</summary>
    private const string Named = "Iterable named this member in its answer";

    private readonly ConnectionHolds _holds = new(tools);

    public async ValueTask HandleAsync(Lane lane, LaneCall call, SentCall sent)
    {
        var result = sent.Result;
        call.Part?.Narrowing.Returned();
        NotePace(lane, call, sent);
        var settled = new SettlementBuilder();
        var done = new List<MemberNode>(call.Call.Nodes.Count);
        await ReactAsync(new(lane, call, result, sent.SentAt, settled, done));
        EndNarrowing(lane, call, settled, done);
        Count(lane, call, result, settled, done);
        if (done.Count > 0) settle(lane, settled, () => CompleteAll(call.Plan.Planner, done));
        Report(lane, call, sent, settled);
    }

    private async ValueTask ReactAsync(Answered answered)
    {
        var (lane, call, result, _, _, _) = answered;
        switch (result.Kind)
        {
            case CallResultKind.Processed:
                lane.BackOff.Succeed();
                Process(answered);
                await probe.WorkedAsync(lane.Class, call.Project.ApiKey);
                await _holds.ResumeAsync(lane);
                await _holds.ListWorkedAsync(lane, call.Plan.ListId);
                break;
            case CallResultKind.RequestRefused:
                lane.BackOff.Succeed();
                await probe.WorkedAsync(lane.Class, call.Project.ApiKey);
                await RefuseAsync(answered);
                break;
            case CallResultKind.TooLarge:
                await probe.WorkedAsync(lane.Class, call.Project.ApiKey);
                Halve(answered);
                break;
            case CallResultKind.ListNotFound:
                await probe.WorkedAsync(lane.Class, call.Project.ApiKey);
                Release(call);
                if (IsNewList(lane)) lane.BackOff.Fail(tools.Clock.Now);
                else await _holds.HoldAsync(lane, Stop.ListNotFound, result);
                break;
            case CallResultKind.CredentialsRejected or CallResultKind.Forbidden when HasNewKey(call):
                // said of the key before: the new one has its chance
                probe.LearnedNothing(lane.Class);
                Release(call);
                break;
            case CallResultKind.CredentialsRejected:
                Release(call);
                await probe.HoldAsync(Stop.CredentialsRejected, result.Code, result.Message);
                break;
            case CallResultKind.Forbidden:
                Release(call);
                // the classes of endpoint that a stream uses are used by nothing else
                if (lane.Class == EndpointClass.Lists)
                {
                    await probe.HoldAsync(Stop.Forbidden, result.Code, result.Message);
                }
                else
                {
                    // a key that lacks a right is a key
                    await probe.WorkedAsync(lane.Class, call.Project.ApiKey);
                    await _holds.HoldAsync(lane, Stop.Forbidden, result);
                }
                break;
            case CallResultKind.RateLimited:
                probe.LearnedNothing(lane.Class);
                Release(call);
                break;
            case CallResultKind.Unavailable:
                probe.LearnedNothing(lane.Class);
                Release(call);
                BackOff(answered);
                break;
            default:
                throw new InvalidOperationException($"Unknown result {result.Kind}.");
        }
        await _holds.RecordErrorAsync(lane, result);
    }

    /// <summary>Settles whoever is known; failures that Iterable counted but did not name are looked for.</summary>
    private static void Process(Answered answered)
    {
        var (lane, call, result, _, settled, done) = answered;
        var nodes = call.Call.Nodes;
        var failures = result.Failures.ToDictionary(f => f.Index, f => f.Reason);
        var unknown = new List<MemberNode>();
        lane.Learned.NoteAccepted(call.Plan.ListId, call.Call.Action);
        for (var i = 0; i < nodes.Count; i++)
        {
            if (failures.Count > 0 && failures.TryGetValue(i, out var reason)) Settle(nodes[i], RefusalOf(call.Call.Action, reason, result), settled, done);
            else if (result.UnnamedFailures > 0) unknown.Add(nodes[i]);
            else Settle(nodes[i], null, settled, done);
        }

        if (call.Part is { } part)
        {
            part.Narrowing.WentThrough();
            foreach (var (node, refusal) in part.Narrowing.TakeRefused()) Settle(node, refusal, settled, done);
        }
        if (unknown.Count == 1) Settle(unknown[0], new(Reasons.Refused, result.Code, result.Message), settled, done);
        else if (unknown.Count > 1) call.Plan.Begin(new Narrowing(call.Call with { Nodes = unknown }, membersAreAtFault: true));
    }

    private async ValueTask RefuseAsync(Answered answered)
    {
        var (lane, call, result, _, settled, done) = answered;
        if (_holds.IsHeldFor(lane, result) || call.Part is { Narrowing.IsInterrupted: true })
        {
            Release(call);
            lane.NextProbe = tools.Clock.Now + tools.Options.ProbeEvery;
            return;
        }
        await _holds.ResumeAsync(lane);
        var isSingle = call.Call.Nodes.Count == 1;
        var refusal = new Refusal(ReasonOf(result.RefusalReason), result.Code, result.Message);
        var isNamed = WrongFields.MatcherFor(result.FieldMismatches, call.Plan.Kind);
        if (call.Part is not { } part)
        {
            if (!isSingle)
            {
                call.Plan.Begin(new Narrowing(call.Call, membersAreAtFault: false, isNamed));
            }
            else if (lane.Learned.NoteRefused(call.Plan.ListId, call.Call.Action, call.Call.Nodes[0], refusal))
            {
                // one after the other, each in the same words: it is not them
                Release(call);
                await _holds.HoldAsync(lane, Stop.RequestRefused, result);
            }
            else
            {
                Settle(call.Call.Nodes[0], refusal, settled, done);
            }
            return;
        }
        if (!isSingle)
        {
            part.Narrowing.Split(part, isNamed);
            return;
        }
        part.Narrowing.RefuseSingle(part, refusal);
        if (part.Narrowing.MembersAreAtFault)
        {
            foreach (var (node, why) in part.Narrowing.TakeRefused()) Settle(node, why, settled, done);
        }
        else if (part.Narrowing.RequestIsAtFault)
        {
            Release(call.Plan.Planner, part.Narrowing.Abandon());
            await _holds.HoldAsync(lane, Stop.RequestRefused, result);
        }
    }

    /// <summary>When the search is over and no quarter spoke for the request, those refused were each refused for themselves.</summary>
    private static void EndNarrowing(Lane lane, LaneCall call, SettlementBuilder settled, List<MemberNode> done)
    {
        if (call.Part is not { Narrowing: { IsDone: true } narrowing }) return;
        call.Plan.End(narrowing);
        var refused = narrowing.TakeRefused();
        if (narrowing.IsInterrupted && !narrowing.MembersAreAtFault)
        {
            Release(call.Plan.Planner, refused.Select(r => r.Node));
            return;
        }
        foreach (var (node, refusal) in refused)
        {
            if (!narrowing.MembersAreAtFault) lane.Learned.NoteRefused(call.Plan.ListId, call.Call.Action, node, refusal);
            Settle(node, refusal, settled, done);
        }
    }

    private static void Halve(Answered answered)
    {
        var (lane, call, result, _, settled, done) = answered;
        var count = call.Call.Nodes.Count;
        if (count == 1)
        {
            // it was this one: the others may go in full calls again
            lane.Learned.MostMembers = CallKinds.Of(call.Plan.Kind).Limits.Members;
            Settle(call.Call.Nodes[0], new(Reasons.Refused, result.Code ?? "TooLarge", result.Message), settled, done);
            return;
        }
        lane.Learned.MostMembers = Math.Max(1, Math.Min(lane.Learned.MostMembers, count / 2));
        Release(call);
    }

    private void NotePace(Lane lane, LaneCall call, SentCall sent)
    {
        var result = sent.Result;
        // what was not sent says nothing new
        if (result.Attempts == 0) return;
        // the budget of today: that of when the call went out may have been changed since
        if (!tools.Directory.TryGet(call.Project.Id, out var project)) return;
        var pace = tools.Budgets.For(project).Of(lane.Class);
        if (result.Kind == CallResultKind.RateLimited)
        {
            pace.SlowDown(result.RetryAfter, tools.Clock.Now - sent.SentAt);
            DeliveryLog.SlowedDown(tools.Log, call.Project.Id.ToString(), result.RetryAfter?.TotalSeconds);
        }
        else if (result.StatusCode is not null)
        {
            pace.GotThrough();
        }
    }

    private void BackOff(Answered answered)
    {
        var (lane, _, result, sentAt, _, _) = answered;
        // calls that flew together failed together: that is one failure
        if (sentAt < lane.FailedAt) return;
        var now = tools.Clock.Now;
        lane.Fail(now, result.RetryAfter);
        DeliveryLog.BackedOff(tools.Log, lane.Connection.ToString(), result.Code, result.StatusCode, lane.BackOff.Failures, (lane.BackOff.Until - now).TotalSeconds);
    }

    private bool HasNewKey(LaneCall call) => tools.Directory.TryGet(call.Project.Id, out var project) && project.ApiKey != call.Project.ApiKey;

    private bool IsNewList(Lane lane) =>
        tools.Directory.TryGet(lane.Connection, out var connection) && connection.ListCreatedAt is { } made && tools.Time.GetUtcNow() - made < tools.Options.NewListGrace;

    private static void Release(LaneCall call)
    {
        if (call.Part is { } part) part.Narrowing.IsInterrupted = true;
        Release(call.Plan.Planner, call.Call.Nodes);
    }

    private static void Release(CallPlanner planner, IEnumerable<MemberNode> nodes)
    {
        foreach (var node in nodes) planner.Release(node);
    }

    private static void Settle(MemberNode node, Refusal? refusal, SettlementBuilder settled, List<MemberNode> done)
    {
        settled.Settle(node, refusal);
        done.Add(node);
    }

    private static void CompleteAll(CallPlanner planner, List<MemberNode> nodes)
    {
        foreach (var node in nodes) planner.Complete(node);
    }

    /// <summary>Null where the failure is none: somebody Iterable does not know is not on the list.</summary>
    private static Refusal? RefusalOf(ChangeAction action, MemberFailureReason reason, CallResult result) =>
        action == ChangeAction.Remove && reason == MemberFailureReason.NotFound ? null : new(ReasonOf(reason), result.Code, result.Message ?? Named);

    private static string ReasonOf(MemberFailureReason reason) => reason switch
    {
        MemberFailureReason.Invalid => Reasons.Invalid,
        MemberFailureReason.InvalidData => Reasons.InvalidData,
        MemberFailureReason.Conflict => Reasons.Conflict,
        MemberFailureReason.Forgotten => Reasons.Forgotten,
        MemberFailureReason.NotFound => Reasons.NotFound,
        MemberFailureReason.DisallowedEventName => Reasons.DisallowedEventName,
        MemberFailureReason.Refused => Reasons.Refused,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "Unknown reason"),
    };

    /// <summary>How long each took that arrived, and why the others did not.</summary>
    private void Count(Lane lane, LaneCall call, CallResult result, SettlementBuilder settled, List<MemberNode> done)
    {
        foreach (var reason in settled.Refusals.CountBy(r => r)) tools.Statistics.Discarded(lane.Connection, reason.Key, reason.Value);
        var now = tools.Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var (start, end) = (0, 0); start < done.Count; start = end)
        {
            // those who came together are counted together: one by one this took as long as writing them
            var (entry, wasReleased, delivered) = (done[start].Change.Entry, done[start].WasReleased, 0);
            for (; end < done.Count && done[end].Change.Entry == entry && done[end].WasReleased == wasReleased; end++)
            {
                if (entry.Outcomes[done[end].Change.Position] == (byte)Outcome.Delivered) delivered++;
            }
            var latency = TimeSpan.FromMilliseconds(Math.Max(0, now - entry.ReceivedAt));
            var isFirstAttempt = result.Attempts <= 1 && !wasReleased;
            tools.Statistics.Delivered(lane.Connection, latency, isFirstAttempt, delivered);
            tools.Metrics.Delivered(call.Plan.Kind, latency, isFirstAttempt, delivered);
        }
    }

    private void Report(Lane lane, LaneCall call, SentCall sent, SettlementBuilder settled)
    {
        var (result, took) = (sent.Result, tools.Clock.Now - sent.SentAt);
        tools.Metrics.Called(call.Call.Action, result.Kind, took);
        DeliveryLog.Called(
            tools.Log, call.Call.Action.ToString(), call.Plan.ListId, lane.Connection.ToString(), result.Kind.ToString(), result.StatusCode, result.Code,
            call.Call.Nodes.Count, took.TotalMilliseconds, result.Attempts, settled.Delivered, settled.Rejected, settled.Superseded);
    }

    private sealed record Answered(Lane Lane, LaneCall Call, CallResult Result, DateTimeOffset SentAt, SettlementBuilder Settled, List<MemberNode> Done);
}
