using CsCheck;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.MemberIndex;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>How SQLite keeps its index of members.</summary>
public sealed class MemberIndexTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly SqliteEngine _engine = new(TimeProvider.System);
    private OpenJournal _journal = null!;
    private Connection _connection = null!;

    public async Task InitializeAsync()
    {
        _journal = await _engine.OpenAsync();
        _connection = await ConnectAsync("everybody");
    }

    public async Task DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _engine.DisposeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    private IndexedMembers Index => _journal.Services.GetRequiredService<IndexedMembers>();

    /// <summary>Fingerprints that share their first bits, their first 41 bits, or nothing.</summary>
    private static readonly Gen<ulong> Fingerprints =
        from bucket in Gen.Int[0, 2]
        from hash in Gen.Int[0, 3]
        from rest in Gen.Int[0, 1]
        select ((ulong)bucket * 200 << 55) | ((ulong)hash * 0x3FFF_FFFF << 23) | (uint)rest;

    [Fact]
    public void A_page_names_every_entry_of_a_fingerprint_once_and_only_those_that_share_its_first_bits() =>
        Gen.Select(Fingerprints, Gen.Int[0, 5]).Array[0, 60].Sample(
            all =>
            {
                var pairs = all.Select(p => new MemberPair(p.Item1, 1000 + p.Item2)).ToList();
                var pages = MemberPage.Cut(pairs, 1000);
                foreach (var fingerprint in pairs.Select(p => p.Fingerprint).Append(5UL))
                {
                    var expected = pairs.Where(p => p.Fingerprint >> 23 == fingerprint >> 23).Select(p => p.Seq).Distinct().Order();
                    Assert.Equal(expected, MemberPage.Find(pages[MemberPage.BucketOf(fingerprint)], fingerprint, 1000));
                }
            },
            iter: 1_000);

    [Fact]
    public void A_segment_ends_before_an_entry_that_is_too_far_from_its_first()
    {
        var tail = new MemberTail(0);
        Assert.True(tail.HasRoomFor(long.MaxValue));
        tail.Add(10, [1, 2], source: null);

        Assert.True(tail.HasRoomFor(10L + uint.MaxValue));
        Assert.False(tail.HasRoomFor(11L + uint.MaxValue));
    }

    [Fact]
    public async Task A_segment_is_full_at_a_quarter_of_a_million_and_later_entries_wait()
    {
        for (var i = 0; i < 29; i++) await AcceptAsync(_connection, i * 10_000, 10_000);

        Assert.True(await Index.ReadOnAsync(CancellationToken.None));
        await Index.WriteSegmentAsync();
        Assert.False(await Index.ReadOnAsync(CancellationToken.None));

        Assert.Equal(1, Count("member_segments"));
        Assert.Equal(27, Count("member_segments", "last_seq"));
        foreach (var number in new[] { 0, 10_000, 262_143, 262_144, 289_999 }) Assert.Single(await FoundAsync($"{number}@example.com"));
        Assert.Empty(await FoundAsync("290000@example.com"));
    }

    [Fact]
    public async Task A_message_is_found_by_its_id_in_a_segment_in_the_tail_and_before_it_is_indexed()
    {
        await AcceptAsync(_connection, [Some.Add("ann@example.com")], "in a segment");
        await AcceptAsync(_connection, [], "empty, in a segment");
        await AcceptAsync(_connection, [Some.Add("bob@example.com")], "twice");
        await IndexAsync();
        await AcceptAsync(_connection, [Some.Add("cyd@example.com")], "behind it");
        await AcceptAsync(_connection, [Some.Add("cyd@example.com")]);
        Assert.False(await Index.ReadOnAsync(CancellationToken.None));
        await AcceptAsync(_connection, [Some.Add("dan@example.com")], "not read");
        await AcceptAsync(_connection, [], "empty, not read");
        await AcceptAsync(_connection, [Some.Add("eve@example.com"), Some.Add("bob@example.com")], "twice");

        async Task<string> BatchesAsync(string sourceId) =>
            string.Join(' ', (await _journal.Outcomes.ListAsync(new BatchFilter(sourceId, null), null, 10, CancellationToken.None)).Select(b => b.Received));

        Assert.Equal(1, Count("member_segments"));
        foreach (var id in new[] { "in a segment", "behind it", "not read" }) Assert.Equal("1", await BatchesAsync(id));
        foreach (var id in new[] { "empty, in a segment", "empty, not read" }) Assert.Equal("0", await BatchesAsync(id));
        Assert.Equal("2 1", await BatchesAsync("twice"));
        Assert.Empty(await BatchesAsync("In A Segment"));
        Assert.Single(await FoundAsync("ann@example.com"));
    }

    [Fact]
    public async Task A_segment_without_remaining_entries_is_deleted_and_the_others_are_kept()
    {
        var other = await ConnectAsync("other");
        await AcceptDroppedAsync(other, 500);
        await IndexAsync();
        await AcceptDroppedAsync(other, 500);
        await AcceptAsync(_connection, 0, 500);
        await IndexAsync();
        var pages = Count("member_pages");
        Assert.Equal(2, Count("member_segments"));

        Assert.True(await _journal.Directory.TryDeleteAsync(other.Id, CancellationToken.None));
        await Index.RemoveEmptyAsync(CancellationToken.None);

        Assert.Equal(1, Count("member_segments"));
        Assert.InRange(Count("member_pages"), 1, pages - 1);
        Assert.Equal(0, Count("member_pages WHERE segment NOT IN (SELECT id FROM member_segments)"));
        Assert.Single(await FoundAsync("499@example.com"));

        // what comes after takes up where the index ends
        await AcceptAsync(_connection, 499, 1);
        await IndexAsync();
        Assert.Equal(2, (await FoundAsync("499@example.com")).Count);
    }

    private async Task<Connection> ConnectAsync(string audience)
    {
        var project = await _journal.Directory.GetOrAddAsync(SomeSettings.Project(new(Guid.NewGuid()), "key"), CancellationToken.None);
        return await _journal.Directory.GetOrAddAsync(SomeSettings.Connection(new(Guid.NewGuid()), project.Id, audience), CancellationToken.None);
    }

    private Task AcceptAsync(Connection connection, int from, int count) =>
        AcceptAsync(connection, Enumerable.Range(from, count).Select(i => Some.Add($"{i}@example.com")));

    /// <summary>Of these, nothing is pending.</summary>
    private Task AcceptDroppedAsync(Connection connection, int count) =>
        AcceptAsync(connection, Enumerable.Range(0, count).Select(i => Some.Add(customerId: $"c-{i}")));

    private async Task AcceptAsync(Connection connection, IEnumerable<Change> changes, string? sourceId = null)
    {
        var builder = new ChunkBuilder(TimeProvider.System.GetUtcNow());
        foreach (var change in changes) builder.Add(change);
        var rule = new EntryRule(7, Some.Rule());
        await _journal.Entries.AcceptAsync(
            [new()
            {
                Id = new(Guid.NewGuid()),
                ProjectId = connection.ProjectId,
                FeedId = connection.Id,
                Source = Source.Members,
                SourceId = sourceId,
                Rule = rule,
                ReceivedAt = TimeProvider.System.GetUtcNow(),
                Chunks = builder.Count > 0 ? [builder.Seal(rule)] : [],
            }],
            null);
    }

    private async Task IndexAsync()
    {
        Assert.False(await Index.ReadOnAsync(CancellationToken.None));
        await Index.WriteSegmentAsync();
    }

    private async Task<IReadOnlyList<FoundChange>> FoundAsync(string email) => (await _journal.Outcomes.SearchAsync(new WantedMember(email, null, null), ChangePlace.End, 100, CancellationToken.None));

    private long Count(string from, string what = "COUNT(*)")
    {
        using var reader = _journal.Services.GetRequiredService<SqliteDatabase>().OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = $"SELECT {what} FROM {from}";
        return (long)command.ExecuteScalar()!;
    }
}
