using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task Every_pause_and_hold_is_kept_with_its_end_also_over_a_crash()
    {
        var held = new Stop(Stop.ListNotFound, "Invalid list id: 7", Stop.Service, Clock.GetUtcNow());
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [new(held, 7)], Pause = new Stop(Stop.Paused, "lunch", "ann", Clock.GetUtcNow()) }, "ann", CancellationToken.None);
        await Journal.Directory.UpdateAsync(_connection, c => c with { Name = "renamed" }, "bob", CancellationToken.None);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [] }, CancellationToken.None);

        await CrashAndOpenAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Pause = null }, "bob", CancellationToken.None);

        var stops = await StopsAsync(_connection, long.MaxValue);
        Assert.Equal([StopKind.Hold, StopKind.Pause], stops.Select(s => s.Kind));
        Assert.Equal((held, 7), (stops[0].Stop, stops[0].ListId));
        Assert.Equal((held.Since.AddMinutes(5), Stop.Service), (stops[0].EndedAt, stops[0].EndedBy));
        Assert.Equal((held.Since.AddMinutes(10), "bob"), (stops[1].EndedAt, stops[1].EndedBy));
        Assert.Equal(stops[1], Assert.Single(await StopsAsync(_connection, stops[0].Number)));
        Assert.Empty(await StopsAsync(_project, long.MaxValue));
    }

    [Fact]
    public async Task A_new_key_ends_a_hold_by_whoever_set_it()
    {
        await Journal.Directory.UpdateAsync(_project, p => p with { Hold = new Stop(Stop.CredentialsRejected, null, Stop.Service, Clock.GetUtcNow()) }, CancellationToken.None);

        await Journal.Directory.UpdateAsync(_project, p => p.WithApiKey("a new key"), "ann", CancellationToken.None);

        Assert.Equal("ann", Assert.Single(await StopsAsync(_project, long.MaxValue)).EndedBy);
    }

    [Fact]
    public async Task What_ended_long_ago_is_forgotten_and_what_lasts_is_not()
    {
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Pause = new Stop(Stop.Paused, null, "ann", Clock.GetUtcNow()) }, "ann", CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [new(new Stop(Stop.ListNotFound, null, Stop.Service, Clock.GetUtcNow()), 7)] }, CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(_connection, f => f with { Holds = [] }, CancellationToken.None);
        Clock.Advance(2 * Week);

        Assert.Equal(1, (await PurgeAsync()).Stops);

        Assert.Equal(StopKind.Pause, Assert.Single(await StopsAsync(_connection, long.MaxValue)).Kind);
    }

    private Task<IReadOnlyList<PastStop>> StopsAsync(ProjectId id, long before) => Journal.Directory.ReadStopsAsync(StopFilter.Of(id), before, 10, CancellationToken.None);

    private Task<IReadOnlyList<PastStop>> StopsAsync(FeedId id, long before) => Journal.Directory.ReadStopsAsync(StopFilter.Of(id), before, 10, CancellationToken.None);
}
