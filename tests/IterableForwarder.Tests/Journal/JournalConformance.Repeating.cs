using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task The_same_request_again_gets_the_first_answer_and_stores_nothing()
    {
        var first = await AcceptAsync(BatchOf(People(2)), KeyOf("key", "body"));

        var again = await Journal.Entries.AcceptAsync([BatchOf(People(2))], KeyOf("key", "body"));

        Assert.Equal(new(AcceptanceKind.Repeated, first.Id, 2), again);
        Assert.Single(await PendingAsync());
        await AssertAccountAsync(first, "2 = 0 + 0 + 0 + 0 + 2");
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused_and_stores_nothing()
    {
        var first = await AcceptAsync(BatchOf(People(2)), KeyOf("key", "body"));

        var reused = await Journal.Entries.AcceptAsync([BatchOf(People(5))], KeyOf("key", "other body"));

        Assert.Equal(new(AcceptanceKind.KeyReused, first.Id, 2), reused);
        Assert.Single(await PendingAsync());
    }

    [Fact]
    public async Task Where_no_body_is_compared_the_key_alone_counts()
    {
        await AcceptAsync(BatchOf(People(2)), KeyOf("key"));

        Assert.Equal(AcceptanceKind.Repeated, (await Journal.Entries.AcceptAsync([BatchOf(People(3))], KeyOf("key"))).Kind);
        Assert.Equal(AcceptanceKind.Repeated, (await Journal.Entries.AcceptAsync([BatchOf(People(3))], KeyOf("key", "body"))).Kind);
    }

    [Fact]
    public async Task An_idempotency_key_counts_only_within_its_scope()
    {
        await AcceptAsync(BatchOf(People(1)), KeyOf("key"));
        await AcceptAsync(BatchOf(People(1)), KeyOf("key") with { Scope = _project.Value });
        await AcceptAsync(BatchOf(People(1)), KeyOf("other key"));

        Assert.Equal(3, (await PendingAsync()).Count);
    }

    [Fact]
    public async Task Of_the_same_request_many_times_at_once_one_is_accepted()
    {
        var acceptances = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => Journal.Entries.AcceptAsync([BatchOf(People(2))], KeyOf("key", "body")))));

        var accepted = Assert.Single(acceptances, a => a.Kind == AcceptanceKind.Accepted);
        Assert.All(acceptances, a => Assert.Equal((accepted.BatchId, 2), (a.BatchId, a.Received)));
        Assert.Single(await PendingAsync());
    }

    [Fact]
    public async Task A_repeat_is_known_after_a_crash()
    {
        var first = await AcceptAsync(BatchOf(People(2)), KeyOf("key", "body"));

        await CrashAndOpenAsync();

        Assert.Equal(new(AcceptanceKind.Repeated, first.Id, 2), await Journal.Entries.AcceptAsync([BatchOf(People(2))], KeyOf("key", "body")));
    }

    private IdempotencyKey KeyOf(string key, string? body = null) => new(_connection.Value, Hash(key), body is null ? null : Hash(body));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
