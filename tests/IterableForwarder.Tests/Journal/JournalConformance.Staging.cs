using IterableForwarder.Journal;
using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task A_staged_chunk_is_invisible_until_its_batch_is_accepted()
    {
        var staged = await Journal.Entries.StageAsync(_project, ChunkOf(People(3)));

        Assert.NotNull(staged.StagedAs);
        Assert.True(staged.Changes.IsEmpty && staged.Members.IsEmpty, "the body is on disk and no longer in memory");
        Assert.Empty(await PendingAsync());
        Assert.Empty(await Journal.Entries.ReadBacklogAsync(CancellationToken.None));

        var batch = await AcceptAsync(BatchOf(staged, ChunkOf(People(2, from: 3))));

        Assert.Equal(ChunkOf(People(3)).Changes.ToArray(), (await PendingAsync())[0].Changes.ToArray());
        await AssertAccountAsync(batch, "5 = 0 + 0 + 0 + 0 + 5");
    }

    [Fact]
    public async Task The_members_of_a_staged_piece_are_found_like_others()
    {
        await AcceptAsync(BatchOf(await Journal.Entries.StageAsync(_project, ChunkOf(People(3)))));

        Assert.Single(await Journal.Entries.ReadLaterAsync(_connection, BeforeAll, 0, new HashSet<ulong> { MemberFingerprint.OfEmail("1@example.com"u8) }, CancellationToken.None).ToListAsync());
    }

    [Fact]
    public async Task A_discarded_staged_chunk_is_deleted()
    {
        var staged = await Journal.Entries.StageAsync(_project, ChunkOf(People(3)));
        var kept = await Journal.Entries.StageAsync(_project, ChunkOf(People(2)));

        await Journal.Entries.DiscardAsync([staged, ChunkOf(People(1))]);

        await AcceptAsync(BatchOf(kept));
        Assert.Equal(2, Assert.Single(await PendingAsync()).Count);
    }

    [Fact]
    public async Task What_was_staged_for_a_request_that_never_ended_is_cleared_at_the_next_start()
    {
        await Journal.Entries.StageAsync(_project, ChunkOf(People(3)));
        await AcceptAsync(BatchOf(await Journal.Entries.StageAsync(_project, ChunkOf(People(2)))));

        await CrashAndOpenAsync();

        Assert.Equal(2, Assert.Single(await PendingAsync()).Count);
    }

    /// <summary>Whoever removed it, what is accepted must be there.</summary>
    [Fact]
    public async Task A_batch_whose_staged_chunk_is_gone_is_refused_whole()
    {
        var (gone, kept) = (await Journal.Entries.StageAsync(_project, ChunkOf(People(3))), await Journal.Entries.StageAsync(_project, ChunkOf(People(2, from: 3))));
        await Journal.Entries.DiscardAsync([gone]);
        var batch = BatchOf(kept, gone, ChunkOf(People(1, from: 5)));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => AcceptAsync(batch));

        Assert.Empty(await PendingAsync());
        Assert.Null(await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None));
        await AcceptAsync(BatchOf(kept));
        Assert.Equal(2, Assert.Single(await PendingAsync()).Count);
    }

    [Fact]
    public async Task Discarding_a_chunk_that_was_accepted_in_the_meantime_deletes_nothing()
    {
        var staged = await Journal.Entries.StageAsync(_project, ChunkOf(People(3)));
        await AcceptAsync(BatchOf(staged));

        await Journal.Entries.DiscardAsync([staged]);

        Assert.Equal(3, Assert.Single(await PendingAsync()).Count);
    }
}
