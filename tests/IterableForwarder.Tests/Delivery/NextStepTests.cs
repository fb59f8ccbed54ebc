using IterableForwarder.Delivery.Dispatch;

namespace IterableForwarder.Tests.Delivery;

/// <summary>What a queue does next is a pure decision: a case for each of its lines.</summary>
public sealed class NextStepTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Later = Now.AddSeconds(5);
    private static readonly QueueState Ready = new() { Loaded = 5, CallAt = Now, HasRoom = true };

    [Fact]
    public void What_is_ready_is_sent() => Expect(Ready, StepKind.Send);

    [Fact]
    public void What_is_unread_is_read_before_anything_is_sent() => Expect(Ready with { HasUnread = true, ReadAt = Now }, StepKind.Load);

    [Fact]
    public void Nothing_is_sent_while_more_is_read() => Expect(Ready with { IsLoading = true, InFlight = 1 }, StepKind.Wait);

    [Fact]
    public void Without_a_free_slot_it_waits_for_an_answer() => Expect(Ready with { HasRoom = false }, StepKind.Wait);

    [Fact]
    public void A_queue_that_collects_changes_waits_for_the_earlier_of_reading_and_sending() =>
        Expect(Ready with { CallAt = Later, ReadAt = Later.AddSeconds(-1) }, StepKind.Wait, Later.AddSeconds(-1));

    [Fact]
    public void Without_work_it_waits_for_new_changes() => Expect(new QueueState { HasRoom = true }, StepKind.Wait);

    [Fact]
    public void A_deleted_connection_is_removed() => Expect(Ready with { IsGone = true, IsPaused = true }, StepKind.Leave);

    [Fact]
    public void An_operation_has_the_connection_to_itself() => Expect(Ready with { IsFrozen = true }, StepKind.Wait);

    [Fact]
    public void A_pause_frees_the_memory_and_waits()
    {
        Expect(Ready with { IsPaused = true }, StepKind.Unload);
        Expect(Ready with { IsPaused = true, InFlight = 1 }, StepKind.Wait, null, WaitReason.Pause);
        Expect(Ready with { IsPaused = true, Loaded = 0 }, StepKind.Wait, null, WaitReason.Pause);
    }

    [Fact]
    public void A_back_off_waits_for_its_end() => Expect(Ready with { Failures = 1, BackOffUntil = Later }, StepKind.Wait, Later, WaitReason.BackOff);

    [Fact]
    public void After_a_failure_one_call_is_in_flight_at_a_time()
    {
        Expect(Ready with { Failures = 1, InFlight = 1 }, StepKind.Wait, null, WaitReason.BackOff);
        Expect(Ready with { Failures = 1 }, StepKind.Send);
    }

    [Fact]
    public void What_is_held_is_tried_when_its_probe_is_due()
    {
        Expect(Ready with { IsHeld = true, NextProbe = Later }, StepKind.Wait, Later, WaitReason.Hold);
        Expect(Ready with { IsHeld = true, NextProbe = Now }, StepKind.Send);
        Expect(Ready with { IsHeld = true, NextProbe = Now, InFlight = 1 }, StepKind.Wait, null, WaitReason.Hold);
    }

    [Fact]
    public void A_held_queue_frees_its_memory_except_during_a_search()
    {
        var held = Ready with { IsHeld = true, IsStuck = true, NextProbe = Later };
        Expect(held, StepKind.Unload);
        Expect(held with { IsSearching = true }, StepKind.Wait, Later, WaitReason.Hold);
    }

    [Fact]
    public void Calls_of_the_process_before_are_waited_for() => Expect(Ready with { NotBefore = Later }, StepKind.Wait, Later, WaitReason.TakeOver);

    [Fact]
    public void The_latest_of_several_waits_is_the_one_that_counts() => Expect(
        Ready with { NotBefore = Now.AddSeconds(1), BackOffUntil = Now.AddSeconds(3), IsHeld = true, NextProbe = Now.AddSeconds(2) },
        StepKind.Wait, Now.AddSeconds(3), WaitReason.BackOff);

    [Fact]
    public void An_unresolved_list_is_resolved_once_there_are_changes_for_it()
    {
        var nameOnly = Ready with { NeedsList = true };
        Expect(nameOnly, StepKind.ResolveList);
        Expect(nameOnly with { Loaded = 0, HasUnread = true }, StepKind.ResolveList);
        Expect(nameOnly with { InFlight = 1 }, StepKind.Wait, null, WaitReason.ListCreation);
        Expect(nameOnly with { Loaded = 0 }, StepKind.Wait, null, WaitReason.ListCreation);
    }

    private static void Expect(QueueState state, StepKind kind, DateTimeOffset? at = null, WaitReason reason = WaitReason.Queue) =>
        Assert.Equal(new NextStep(kind, at, reason), NextStep.Decide(state, Now));
}
