using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Ownership;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public sealed class SoleOwnerTests
{
    [Fact]
    public async Task One_process_owns_every_project_for_good_and_waits_only_for_calls_of_the_process_before()
    {
        await using var engine = new SqliteEngine(TimeProvider.System);
        var connection = new FeedId(Guid.NewGuid());
        await using (var before = await engine.OpenAsync())
            before.Services.GetRequiredService<ICallsUnderWay>().Begin(connection).Attempt(TimeSpan.FromMinutes(5));

        await using var journal = await engine.OpenAsync();
        var ownership = journal.Services.GetRequiredService<IOwnership>();

        Assert.True(ownership.TryGet(new ProjectId(Guid.NewGuid()), out var claim));
        Assert.True(ownership.TryGet(new ProjectId(Guid.NewGuid()), out var other));
        Assert.Equal(claim.Token, other.Token);
        Assert.Equal(long.MaxValue, claim.MaySendUntil);
        Assert.False(claim.Lost.CanBeCanceled);
        Assert.InRange(claim.WaitFor(connection), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, claim.WaitFor(new FeedId(Guid.NewGuid())));
    }
}
