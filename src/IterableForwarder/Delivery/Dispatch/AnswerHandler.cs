using Iterable.Client;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Answers;
using IterableForwarder.Delivery.Bisection;
using IterableForwarder.Delivery.Calls;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Planning;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>Has what became of members written down; once it is, those that waited for them may go.</summary>
internal delegate void SettleAction(DeliveryQueue queue, SettlementBuilder settled, IReadOnlyList<MemberNode> nodes);

/// <summary>Carries out what <see cref="AnswerPolicy"/> decides about a call. Runs in the dispatcher's loop.</summary>
internal sealed class AnswerHandler(DeliveryTools tools, ProjectHold projectHold, FeedHolds holds, SettleAction settle)
{
    /// <summary>What is said of a member whom Iterable lists as failed in an answer that is otherwise a success: it gives no words of its own.</summary>
    private const string Named = "Iterable named this member in its answer";

    public async ValueTask HandleAsync(OutgoingCall call, SentCall sent)
    {
        var answered = new AnsweredCall(call, sent);
        var decision = AnswerPolicy.Decide(sent.Result, FactsOf(answered));
        NoteWait(answered, decision);
        await NoteKeyAsync(answered, decision);
        await NoteHoldAsync(answered, decision);
        await JudgeAsync(answered, decision);
        if (sent.Result.CountsShort is { } shortfall) await holds.NoteCountsShortAsync(call.Queue, shortfall);
        await holds.RecordErrorAsync(call.Queue, sent.Result);
        Count(answered);
        if (answered.Done.Count > 0) settle(call.Queue, answered.Settled, answered.Done);
        Report(answered);
    }

    /// <summary>The members of a call that came to nothing wait for another.</summary>
    public void Release(OutgoingCall call)
    {
        var unanswered = new AnsweredCall(call, new(new() { Kind = CallResultKind.Unavailable }, tools.Clock.Now));
        Release(call, unanswered);
        if (unanswered.Done.Count > 0) settle(call.Queue, unanswered.Settled, unanswered.Done);
    }

    private AnswerFacts FactsOf(AnsweredCall answered)
    {
        var queue = answered.Queue;
        var isKnown = tools.Directory.TryGet(queue.Feed, out var connection);
        return new()
        {
            IsOfList = queue.Class == EndpointClass.Lists,
            HasNewKey = tools.Directory.TryGet(answered.Call.Project.Id, out var project) && project.ApiKey != answered.Call.Project.ApiKey,
            IsNewList = isKnown && connection!.ListId == queue.ListId && connection.ListCreatedAt is { } created && tools.Time.GetUtcNow() - created < tools.Options.NewListGrace,
            IsListByName = isKnown && connection!.IsListByName(queue.ListId),
            IsHeldInTheseWords = answered.Result.Kind == CallResultKind.RequestRefused && holds.IsHeldInWordsOf(queue, answered.Result),
            IsKnownFailure = answered.SentAt < queue.FailedAt,
            MaxRetryAfter = tools.Options.MaxRetryAfter,
        };
    }

    private void NoteWait(AnsweredCall answered, AnswerDecision decision)
    {
        var queue = answered.Queue;
        // the budget of today: that of when the call went out may have been changed since
        if (tools.Directory.TryGet(answered.Call.Project.Id, out var project))
        {
            var limiter = tools.Budgets.For(project).Of(queue.Class);
            if (decision.GotThrough) limiter.GotThrough();
            if (decision.Wait == WaitStep.SlowDown)
            {
                limiter.SlowDown(decision.RetryAfter, tools.Clock.Now - answered.SentAt, decision.IsRetryAfterCut);
                DeliveryLog.SlowedDown(tools.Log, answered.Call.Project.Id.ToString(), decision.RetryAfter?.TotalSeconds);
            }
        }
        if (decision.Wait == WaitStep.Clear) queue.BackOff.Succeed();
        if (decision.Wait != WaitStep.BackOff) return;
        var now = tools.Clock.Now;
        queue.Fail(now, decision.RetryAfter);
        DeliveryLog.BackedOff(
            tools.Log, queue.Feed.ToString(), answered.Result.Code, answered.Result.StatusCode, queue.BackOff.Failures, (queue.BackOff.Until - now).TotalSeconds);
    }

    private async ValueTask NoteKeyAsync(AnsweredCall answered, AnswerDecision decision)
    {
        if (decision.Key == KeyStep.Works) await projectHold.WorkedAsync(answered.Queue.Class, answered.Call.Project.ApiKey);
        else if (decision.Key == KeyStep.Unknown) projectHold.LearnedNothing(answered.Queue.Class);
    }

    private async ValueTask NoteHoldAsync(AnsweredCall answered, AnswerDecision decision)
    {
        var (queue, result) = (answered.Queue, answered.Result);
        switch (decision.Hold)
        {
            case HoldStep.None:
                break;
            case HoldStep.End:
                await EndHoldAsync(answered);
                break;
            case HoldStep.Keep:
                KeepSearching(answered);
                break;
            case HoldStep.List:
                await holds.HoldAsync(queue, HoldCause.ListNotFound, result);
                break;
            case HoldStep.FindListAgain:
                queue.IsListGone = true;
                break;
            case HoldStep.Forbidden:
                await holds.HoldAsync(queue, HoldCause.Forbidden, result);
                break;
            case HoldStep.ProjectForbidden:
                await projectHold.HoldAsync(HoldCause.Forbidden, result.Code, result.Message);
                break;
            case HoldStep.ProjectCredentials:
                await projectHold.HoldAsync(HoldCause.CredentialsRejected, result.Code, result.Message);
                break;
            default:
                throw new InvalidOperationException($"Unknown step {decision.Hold}.");
        }
    }

    private async ValueTask EndHoldAsync(AnsweredCall answered)
    {
        var queue = answered.Queue;
        await holds.EndAsync(queue, answered.Call.Call);
        if (answered.Result.Kind != CallResultKind.Processed) return;
        await holds.NoteListWorksAsync(queue);
        // the request is sound: each of the accused is judged for itself
        if (queue.Search is not { } search || answered.WasAccused) return;
        foreach (var accused in search.TakeAccused()) queue.Begin(new MemberBisection(accused, requestIsSound: true));
    }

    /// <summary>One more member is refused in the words of the hold: it is set aside, and the next one is tried at once.</summary>
    private void KeepSearching(AnsweredCall answered)
    {
        var (queue, nodes) = (answered.Queue, answered.Call.Call.Nodes);
        if (queue.Search is { } search && answered.Call.Part is null && nodes.Count == 1)
        {
            search.Accuse(answered.Call.Call.Action, nodes[0]);
            answered.IsSetAside = true;
        }
        var othersAreReady = queue.Planner.ReadyAdds + queue.Planner.ReadyRemoves > 0 || queue.HasUnread;
        queue.NextProbe = othersAreReady && answered.IsSetAside && !answered.WasAccused ? DateTimeOffset.MinValue : tools.Clock.Now + tools.Options.ProbeEvery;
    }

    private async ValueTask JudgeAsync(AnsweredCall answered, AnswerDecision decision)
    {
        switch (decision.Members)
        {
            case MemberStep.Settle:
                SettleNamed(answered);
                break;
            case MemberStep.Release when answered.IsSetAside:
                break;
            case MemberStep.Release:
                Release(answered.Call, answered);
                break;
            case MemberStep.Bisect:
                await BisectAsync(answered);
                break;
            case MemberStep.Halve:
                Halve(answered);
                break;
            default:
                throw new InvalidOperationException($"Unknown step {decision.Members}.");
        }
    }

    /// <summary>Settles whoever is known; failures that Iterable counted but did not name are looked for.</summary>
    private static void SettleNamed(AnsweredCall answered)
    {
        var (call, result) = (answered.Call, answered.Result);
        var nodes = call.Call.Nodes;
        var failures = result.Failures.ToDictionary(f => f.Index, f => f.Reason);
        var unknown = new List<MemberNode>();
        answered.Queue.Learned.NoteAccepted(call.Call.Action);
        for (var i = 0; i < nodes.Count; i++)
        {
            // named by Iterable: rejected, or delivered where an unknown user is off the list anyway
            if (failures.Count > 0 && failures.TryGetValue(i, out var reason)) answered.Settle(nodes[i], RefusalOf(call.Call.Action, reason, result));
            else if (result.UnnamedFailures > 0) unknown.Add(nodes[i]);
            else answered.Settle(nodes[i], null);
        }
        if (call.Part is { } part) Apply(answered, part.Bisection, part.Bisection.Answer(part, PartResult.WentThrough.Instance));
        if (unknown.Count == 1) answered.Settle(unknown[0], new(Reasons.Refused, result.Code, result.Message));
        else if (unknown.Count > 1) answered.Queue.Begin(new MemberBisection(call.Call with { Nodes = unknown }, requestIsSound: true));
    }

    private async ValueTask BisectAsync(AnsweredCall answered)
    {
        var (call, result, queue) = (answered.Call, answered.Result, answered.Queue);
        // 1. A part of a search: the search says what follows.
        // 2. A call of several members: a search begins.
        // 3. A single member, after as many others in a row with the same words: the request is to blame, and the connection is held.
        // 4. Any other single member is rejected.
        var refusal = new Refusal(ReasonOf(result.RefusalReason), result.Code, result.Message);
        var isNamed = WrongFields.MatcherFor(result.FieldMismatches, queue.Kind);
        if (call.Part is { } part)
        {
            var step = part.Bisection.Answer(part, new PartResult.Refused(refusal, isNamed));
            Apply(answered, part.Bisection, step);
            if (step.RequestIsRefused) await holds.HoldAsync(queue, HoldCause.RequestRefused, result);
        }
        else if (call.Call.Nodes.Count > 1)
        {
            queue.Begin(new MemberBisection(call.Call, requestIsSound: false, isNamed));
        }
        else if (queue.Learned.NoteRefused(call.Call.Action, call.Call.Nodes[0], refusal))
        {
            // one after the other, each in the same words: it is not them
            Release(queue, call.Call.Nodes);
            await holds.HoldAsync(queue, HoldCause.RequestRefused, result);
        }
        else
        {
            answered.Settle(call.Call.Nodes[0], refusal);
        }
    }

    private static void Apply(AnsweredCall answered, MemberBisection bisection, BisectionStep step)
    {
        var queue = answered.Queue;
        foreach (var (node, refusal) in step.Rejected)
        {
            if (!bisection.RequestIsSound) queue.Learned.NoteRefused(answered.Call.Call.Action, node, refusal);
            answered.Settle(node, refusal);
        }
        Release(queue, step.Released);
        if (bisection.IsDone) queue.End(bisection);
    }

    private static void Halve(AnsweredCall answered)
    {
        var (call, result, queue) = (answered.Call, answered.Result, answered.Queue);
        var count = call.Call.Nodes.Count;
        if (count > 1)
        {
            queue.Learned.MaxMembers = Math.Max(1, Math.Min(queue.Learned.MaxMembers, count / 2));
            Release(call, answered);
            return;
        }
        // it was this one: the others may go in full calls again
        queue.Learned.MaxMembers = CallKinds.Of(queue.Kind).Limits.Members;
        var refusal = new Refusal(Reasons.Refused, result.Code ?? "TooLarge", result.Message);
        if (call.Part is { } part) Apply(answered, part.Bisection, part.Bisection.Answer(part, PartResult.WentThrough.Instance));
        answered.Settle(call.Call.Nodes[0], refusal);
    }

    private static void Release(OutgoingCall call, AnsweredCall answered)
    {
        if (call.Part is { } part) Apply(answered, part.Bisection, part.Bisection.Answer(part, PartResult.Lost.Instance));
        else Release(call.Queue, call.Call.Nodes);
    }

    private static void Release(DeliveryQueue queue, IEnumerable<MemberNode> nodes)
    {
        foreach (var node in nodes) queue.Planner.Release(node);
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
    private void Count(AnsweredCall answered)
    {
        var (queue, done) = (answered.Queue, answered.Done);
        foreach (var reason in answered.Settled.Refusals.CountBy(r => r)) tools.Statistics.Discarded(queue.Feed, reason.Key, reason.Value);
        var now = tools.Time.GetUtcNow().ToUnixTimeMilliseconds();
        for (var (start, end) = (0, 0); start < done.Count; start = end)
        {
            // those who came together are counted together
            var (entry, wasReleased, delivered) = (done[start].Change.Entry, done[start].WasReleased, 0);
            for (; end < done.Count && done[end].Change.Entry == entry && done[end].WasReleased == wasReleased; end++)
            {
                if (entry.Outcomes[done[end].Change.Position] == (byte)Outcome.Delivered) delivered++;
            }
            if (delivered == 0) continue;
            var latency = TimeSpan.FromMilliseconds(Math.Max(0, now - entry.ReceivedAt));
            var isFirstAttempt = answered.Result.Attempts <= 1 && !wasReleased;
            tools.Statistics.Delivered(queue.Feed, latency, isFirstAttempt, delivered);
            tools.Metrics.Delivered(queue.Kind, latency, isFirstAttempt);
        }
    }

    private void Report(AnsweredCall answered)
    {
        var (call, result, settled) = (answered.Call, answered.Result, answered.Settled);
        var took = tools.Clock.Now - answered.SentAt;
        call.Queue.Answered(took);
        tools.Metrics.Called(call.Call.Action, result.Kind, took);
        DeliveryLog.Called(
            tools.Log, call.Call.Action.ToString(), call.Queue.ListId ?? 0, call.Queue.Feed.ToString(), result.Kind.ToString(), result.StatusCode, result.Code,
            call.Call.Nodes.Count, took.TotalMilliseconds, result.Attempts, settled.Delivered, settled.Rejected, settled.Superseded);
    }

    /// <summary>A call with its answer, and what has become of its members so far.</summary>
    private sealed class AnsweredCall(OutgoingCall call, SentCall sent)
    {
        public OutgoingCall Call => call;

        public DeliveryQueue Queue => call.Queue;

        public CallResult Result => sent.Result;

        public DateTimeOffset SentAt => sent.SentAt;

        public SettlementBuilder Settled { get; } = new();

        /// <summary>Members that are settled.</summary>
        public List<MemberNode> Done { get; } = new(call.Call.Nodes.Count);

        /// <summary>Whether its member has been set aside before.</summary>
        public bool WasAccused => call.WasAccused;

        /// <summary>Whether its member is set aside now.</summary>
        public bool IsSetAside { get; set; }

        public void Settle(MemberNode node, Refusal? refusal)
        {
            Settled.Settle(node, refusal);
            Done.Add(node);
        }
    }
}
