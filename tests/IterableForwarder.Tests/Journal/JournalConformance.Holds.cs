using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task Every_pause_and_hold_is_kept_with_its_end_also_over_a_crash()
    {
        var held = new HoldCause(HoldCause.ListNotFound, "Invalid list id: 7", HoldCause.Service, Clock.GetUtcNow());
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [new(held, 7)], Pause = new HoldCause(HoldCause.Paused, "lunch", "ann", Clock.GetUtcNow()) }, "ann", CancellationToken.None);
        await Journal.Directory.UpdateAsync(_connection, c => c with { Name = "renamed" }, "bob", CancellationToken.None);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [] }, CancellationToken.None);

        await CrashAndOpenAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Pause = null }, "bob", CancellationToken.None);

        var holds = await HoldsAsync(_connection, long.MaxValue);
        Assert.Equal([HoldKind.Hold, HoldKind.Pause], holds.Select(s => s.Kind));
        Assert.Equal((held, 7), (holds[0].Cause, holds[0].ListId));
        Assert.Equal((held.Since.AddMinutes(5), HoldCause.Service), (holds[0].EndedAt, holds[0].EndedBy));
        Assert.Equal((held.Since.AddMinutes(10), "bob"), (holds[1].EndedAt, holds[1].EndedBy));
        Assert.Equal(holds[1], Assert.Single(await HoldsAsync(_connection, holds[0].Number)));
        Assert.Empty(await HoldsAsync(_project, long.MaxValue));
    }

    [Fact]
    public async Task A_hold_that_a_new_key_ends_is_attributed_to_whoever_set_the_key()
    {
        await Journal.Directory.UpdateAsync(_project, p => p with { Hold = new HoldCause(HoldCause.CredentialsRejected, null, HoldCause.Service, Clock.GetUtcNow()) }, CancellationToken.None);

        await Journal.Directory.UpdateAsync(_project, p => p.WithApiKey("a new key"), "ann", CancellationToken.None);

        Assert.Equal("ann", Assert.Single(await HoldsAsync(_project, long.MaxValue)).EndedBy);
    }

    [Fact]
    public async Task What_ended_long_ago_is_forgotten_and_what_lasts_is_not()
    {
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Pause = new HoldCause(HoldCause.Paused, null, "ann", Clock.GetUtcNow()) }, "ann", CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [new(new HoldCause(HoldCause.ListNotFound, null, HoldCause.Service, Clock.GetUtcNow()), 7)] }, CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [] }, CancellationToken.None);
        Clock.Advance(2 * Week);

        Assert.Equal(1, (await PurgeAsync()).Holds);

        Assert.Equal(HoldKind.Pause, Assert.Single(await HoldsAsync(_connection, long.MaxValue)).Kind);
    }

    private Task<IReadOnlyList<PastHold>> HoldsAsync(ProjectId id, long before) => Journal.Directory.ReadPastHoldsAsync(HoldFilter.Of(id), before, 10, CancellationToken.None);

    private Task<IReadOnlyList<PastHold>> HoldsAsync(FeedId id, long before) => Journal.Directory.ReadPastHoldsAsync(HoldFilter.Of(id), before, 10, CancellationToken.None);
}
