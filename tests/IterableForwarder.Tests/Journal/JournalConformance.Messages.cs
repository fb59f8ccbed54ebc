using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task While_one_of_its_messages_was_accepted_before_nothing_of_a_request_is_stored()
    {
        Assert.Equal(AcceptanceKind.Accepted, (await AcceptMessagesAsync("a", "b", "c")).Kind);

        var again = await AcceptMessagesAsync("d", "c", "e", "a");

        Assert.Equal(AcceptanceKind.MessagesRepeated, again.Kind);
        Assert.Equal([new(1, IsSame: true), new(3, IsSame: true)], again.Repeated);
        Assert.Single(await PendingAsync());
        // and neither are the keys of the others
        Assert.Equal(AcceptanceKind.Accepted, (await AcceptMessagesAsync("d", "e")).Kind);
        Assert.Equal(2, (await PendingAsync()).Count);
    }

    [Fact]
    public async Task A_message_is_known_in_its_project_for_a_day_also_after_a_restart()
    {
        await AcceptMessagesAsync("a");
        await RestartAsync();
        Clock.Advance(MessageDeduplication.Window - TimeSpan.FromMilliseconds(1));
        Assert.Equal([new(0, IsSame: true)], (await AcceptMessagesAsync("a")).Repeated);
        Assert.Equal(AcceptanceKind.Accepted, (await Journal.Entries.AcceptAsync([BatchOf(People(1))], null, new(new ProjectId(Guid.NewGuid()), [MessageKeyOf("a")]))).Kind);

        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(AcceptanceKind.Accepted, (await AcceptMessagesAsync("a")).Kind);
        Assert.Equal([new(0, IsSame: true)], (await AcceptMessagesAsync("a")).Repeated);
    }

    [Fact]
    public async Task Another_content_under_the_id_of_a_message_is_distinguished_from_a_repetition()
    {
        await AcceptMessagesAsync("a", "b");
        await RestartAsync();

        var again = await Journal.Entries.AcceptAsync([BatchOf(People(3))], idempotencyKey: null, new(_project, [MessageKeyOf("a"), MessageKeyOf("b", content: 2), MessageKeyOf("c")]));

        Assert.Equal([new(0, IsSame: true), new(1, IsSame: false)], again.Repeated);
        // a message that is refused leaves its id free
        Assert.Equal(AcceptanceKind.Accepted, (await Journal.Entries.AcceptAsync([BatchOf(People(1))], idempotencyKey: null, new(_project, [MessageKey.OfRefused("c", 1)]))).Kind);
        Assert.Equal(AcceptanceKind.Accepted, (await Journal.Entries.AcceptAsync([BatchOf(People(1))], idempotencyKey: null, new(_project, [MessageKeyOf("c", content: 2)]))).Kind);
    }

    [Fact]
    public async Task Of_the_same_messages_many_times_at_once_each_is_accepted_once()
    {
        string[] ids = [.. Enumerable.Range(0, 40).Select(i => $"m-{i}")];
        await Task.WhenAll(Enumerable.Range(0, 30).Select(first => Task.Run(() => UntilAcceptedAsync([.. ids.Skip(first).Take(10)]))));

        Assert.Equal(39, (await PendingAsync()).Sum(e => e.Count));

        async Task UntilAcceptedAsync(List<string> left)
        {
            while (left.Count > 0)
            {
                var acceptance = await AcceptMessagesAsync([.. left]);
                if (acceptance.Kind == AcceptanceKind.Accepted) return;
                foreach (var repeated in acceptance.Repeated.OrderByDescending(r => r.Position)) left.RemoveAt(repeated.Position);
            }
        }
    }

    [Fact]
    public async Task Expired_keys_of_messages_are_purged_step_by_step()
    {
        const int Many = 5000;
        await AcceptMessagesAsync([.. Enumerable.Range(0, Many).Select(i => $"old-{i}")]);
        Clock.Advance(TimeSpan.FromHours(2));
        await AcceptMessagesAsync("young");
        var steps = new List<long>();
        var never = DateTimeOffset.UnixEpoch;
        await foreach (var step in Journal.Services.GetRequiredService<IStoreUpkeep>().PurgeAsync(new(never, never, never) { Messages = Clock.GetUtcNow() - TimeSpan.FromHours(1) }, CancellationToken.None))
            if (step.Messages > 0) steps.Add(step.Messages);

        Assert.Equal(Many, steps.Sum());
        Assert.True(steps.Count > 2, string.Join(' ', steps));
        Assert.Equal([new(0, IsSame: true)], (await AcceptMessagesAsync("young")).Repeated);
        Assert.Equal(AcceptanceKind.Accepted, (await AcceptMessagesAsync("old-1")).Kind);
    }

    private Task<Acceptance> AcceptMessagesAsync(params string[] ids) =>
        Journal.Entries.AcceptAsync([BatchOf(People(ids.Length))], idempotencyKey: null, new(_project, [.. ids.Select(id => MessageKeyOf(id))]));

    private static MessageKey MessageKeyOf(string id, long content = 1) => MessageKey.OfAccepted(id, content);
}
