using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task A_stream_is_there_after_a_crash_with_the_flow_of_each_of_its_feeds()
    {
        var stream = await AddStreamAsync();
        var pause = new HoldCause(HoldCause.Paused, "lunch", "ann", Clock.GetUtcNow());
        var hold = new FeedHold(new HoldCause(HoldCause.InternalError, "Batch 1", HoldCause.Service, Clock.GetUtcNow()), null, new BatchId(Guid.NewGuid()));
        await Journal.Directory.UpdateFlowAsync(stream.Id, f => f with { Pause = pause }, CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(stream.UsersId, f => f with { Holds = [hold], CountsShort = "1 of 2" }, CancellationToken.None);
        await Streams.UpdateAsync(
            stream.Id, s => s with { Name = "renamed", Users = new() { Properties = ["user_properties.tier"], MergeNestedObjects = true } }, CancellationToken.None);

        await CrashAndOpenAsync();

        Assert.True(Streams.TryGet(stream.Id, out var found));
        Assert.Equal(("renamed", stream.UsersId, stream.CreatedAt), (found.Name, found.UsersId, found.CreatedAt));
        var (events, users) = (FeedOf(stream.Id), FeedOf(stream.UsersId));
        Assert.Equal((ChangeKind.Event, "renamed", pause, false), (events.Kind, events.Name, events.Flow.Pause, events.MergeNestedObjects));
        Assert.Equal((ChangeKind.User, "renamed", hold, "1 of 2", true), (users.Kind, users.Name, Assert.Single(users.Flow.Holds), users.Flow.CountsShort, users.MergeNestedObjects));
        Assert.Empty(events.Flow.Holds);
        Assert.Null(users.Flow.Pause);
        Assert.Equal(new("tier", "user_properties.tier"), Assert.Single(users.RuleFor(ProjectOf("key")).Attributes));
    }

    [Fact]
    public async Task A_stream_and_its_feeds_are_not_connections()
    {
        var stream = await AddStreamAsync();
        await CrashAndOpenAsync();

        Assert.Equal(
            stream.FeedIds.Append(_connection).OrderBy(id => id.Value), Journal.Directory.FeedsOf(_project).Select(f => f.Id).OrderBy(id => id.Value));
        Assert.Equal(_connection, Assert.Single(Journal.Directory.ConnectionsOf(_project)).Id);
        Assert.False(Streams.TryGet(stream.UsersId, out _));
        Assert.False(Streams.TryGet(_connection, out _));
        foreach (var id in stream.FeedIds)
        {
            Assert.False(Journal.Directory.TryGet(id, out Connection? _));
            Assert.Null(await Journal.Directory.UpdateAsync(id, c => c with { Name = "taken" }, CancellationToken.None));
            await Journal.Directory.TryDeleteAsync(id, CancellationToken.None);
        }
        Assert.Equal("A stream", FeedOf(stream.Id).Name);
    }

    [Fact]
    public async Task A_stream_with_pending_changes_in_one_feed_cannot_be_deleted()
    {
        var stream = await AddStreamAsync();
        await AcceptAsync(BatchOf(People(1)) with { FeedId = stream.UsersId });

        Assert.False(await Streams.TryDeleteAsync(stream.Id, CancellationToken.None));
        Assert.Equal(2, Streams.FeedsOf(stream).Count);

        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync(connection: stream.UsersId)), delivered: 1, completed: true)]);
        Assert.True(await Streams.TryDeleteAsync(stream.Id, CancellationToken.None));
        Assert.Empty(Streams.FeedsOf(stream));
        await CrashAndOpenAsync();
        Assert.Empty(Streams.Streams);
        Assert.Equal(_connection, Assert.Single(Journal.Directory.FeedsOf(_project)).Id);
    }

    private IStreamDirectory Streams => Journal.Services.GetRequiredService<IStreamDirectory>();

    private IFeed FeedOf(FeedId id)
    {
        Assert.True(Journal.Directory.TryGetFeed(id, out var feed));
        return feed;
    }

    private async Task<EventStream> AddStreamAsync()
    {
        var stream = new EventStream
        {
            Id = FeedId.New(Clock),
            UsersId = FeedId.New(Clock),
            ProjectId = _project,
            Name = "A stream",
            Identifier = new() { Property = "user_id", Type = IdentifierType.UserId },
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(Some.Time),
        };
        await Streams.AddAsync(stream, CancellationToken.None);
        return stream;
    }
}
