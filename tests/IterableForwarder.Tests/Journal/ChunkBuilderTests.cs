using System.Runtime.InteropServices;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Journal;

public sealed class ChunkBuilderTests
{
    private const long Minute = 60_000;
    private static readonly EntryRule Rule = new(7, Some.Rule());
    private readonly ChunkBuilder _builder = new(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));

    [Theory]
    [InlineData(0)]
    [InlineData(-Minute)]
    [InlineData(-1000L * 365 * 24 * 60 * Minute)]
    [InlineData(5 * Minute)]
    public void A_time_up_to_five_minutes_ahead_is_accepted(long ahead) => Assert.Equal(Some.Time + ahead, TimeKeptFor(Some.Time + ahead));

    [Theory]
    [InlineData(Some.Time + (5 * Minute) + 1)]
    [InlineData(Some.Time + (60 * Minute))]
    [InlineData(long.MaxValue)]
    public void A_time_further_ahead_counts_as_now(long time)
    {
        _builder.Add(Some.Change(ChangeAction.Remove, "ann@example.com", "c", "m", "{}", time, hashed: true));
        var chunk = _builder.Seal(Rule);

        Assert.Equal(Some.Encoded(Some.Change(ChangeAction.Remove, "ann@example.com", "c", "m", "{}", Some.Time, hashed: true)), chunk.Changes.ToArray());
        Assert.Equal((Some.Time, Some.Time), (chunk.Earliest, chunk.Latest));
    }

    [Fact]
    public void The_span_of_times_is_known_and_a_change_without_one_happened_on_receipt()
    {
        var timed = new[] { Some.Add("ann@example.com", at: 30), Some.Add("bob@example.com", at: 10) };

        Assert.Equal((10, 30), SpanOf(Seal(timed)));
        Assert.Equal((10, Some.Time), SpanOf(Seal([.. timed, Some.Add("cyd@example.com")])));
    }

    [Fact]
    public void Without_any_time_there_is_no_earliest()
    {
        Assert.Equal((null, Some.Time), SpanOf(Seal()));
        Assert.Equal((null, Some.Time), SpanOf(Seal(Some.Add("ann@example.com"))));
    }

    [Fact]
    public void A_sealed_chunk_accepts_nothing_more()
    {
        _builder.Add(Some.Add("ann@example.com"));
        _builder.Seal(Rule);

        Assert.Throws<ObjectDisposedException>(() => _builder.Add(Some.Add("bob@example.com")));
        Assert.Throws<ObjectDisposedException>(() => _builder.Seal(Rule));
    }

    [Fact]
    public void What_is_dropped_is_listed_with_its_reason_and_what_was_said_of_it()
    {
        _builder.Add(Some.Add("ann@example.com"));
        _builder.Add(Some.Add(customerId: "c"));
        _builder.Add(Some.Change(ChangeAction.Unsupported, "bob@example.com"), "forget");
        _builder.Add(Some.Add("cyd@example.com"), "never shown");

        var chunk = _builder.Seal(Rule);

        Assert.Equal(4, chunk.Count);
        Assert.Equal(
            [new(1, Outcome.Dropped, Reasons.NoEmail, null), new Undelivered(2, Outcome.Dropped, Reasons.UnsupportedAction, "forget")],
            chunk.Dropped);
        Assert.Equal([0, 3, 3, 0], chunk.InitialOutcomes());
    }

    [Fact]
    public void Without_a_list_everything_is_dropped_for_that()
    {
        _builder.Add(Some.Add("ann@example.com"));
        _builder.Add(Some.Add());
        _builder.Add(Some.Change(ChangeAction.Unsupported));

        Assert.Equal(
            [Reasons.BadListId, Reasons.BadListId, Reasons.UnsupportedAction],
            _builder.Seal(Rule with { ListId = null }).Dropped.Select(d => d.Reason));
    }

    [Fact]
    public void Everybody_is_found_by_the_identifiers_they_came_with_and_by_those_sent_to_Iterable()
    {
        _builder.Add(Some.Add(" ANN@example.com", "c", "m"));
        _builder.Add(Some.Add(mpid: "77"));
        _builder.Add(Some.Change(ChangeAction.Unsupported, "bob@example.com", "c2"));

        var members = MemoryMarshal.Cast<byte, ulong>(_builder.Seal(new(7, Some.Rule(identity: IdentityRule.Mpid))).Members.Span).ToArray();

        Assert.Equal(members.Order(), members);
        Assert.Equal(
            new[]
            {
                MemberFingerprint.OfEmail("ann@example.com"u8), MemberFingerprint.OfUserId("c"u8), MemberFingerprint.OfUserId("m"u8),
                MemberFingerprint.OfEmail("77@placeholder.email"u8), MemberFingerprint.OfUserId("77"u8),
                MemberFingerprint.OfEmail("bob@example.com"u8), MemberFingerprint.OfUserId("c2"u8),
            }.Order(),
            members);
    }

    [Fact]
    public void A_chunk_is_full_by_changes_or_by_bytes()
    {
        for (var i = 0; i < Chunk.MaxChanges - 1; i++) _builder.Add(Some.Add("ann@example.com"));
        Assert.False(_builder.IsFull);
        _builder.Add(Some.Add("ann@example.com"));
        Assert.True(_builder.IsFull);

        var large = new ChunkBuilder(DateTimeOffset.UnixEpoch);
        large.Add(Some.Add("ann@example.com", attributes: new string(' ', Chunk.MaxBytes)));
        Assert.True(large.IsFull);
    }

    [Theory]
    [InlineData(nameof(ChangeAction.Unsupported), null)]
    [InlineData(nameof(ChangeAction.BadMembership), null)]
    [InlineData(nameof(ChangeAction.Add), Reasons.TooManyAudiences)]
    public void A_chunk_is_full_before_what_is_dropped_needs_rows_of_its_own(string action, string? dropped)
    {
        var details = 0;
        while (!_builder.IsFull) _builder.Add(Some.Change(Enum.Parse<ChangeAction>(action), "ann@example.com"), $"{details++}", dropped: dropped);

        var chunk = _builder.Seal(Rule);

        Assert.Equal(DroppedChanges.MaxCauses, details);
        Assert.Equal(Enumerable.Range(0, details).Select(i => $"{i}"), chunk.Dropped.Select(d => d.Detail));
        Assert.Empty(chunk.Dropped.Rows);
    }

    [Fact]
    public void A_change_is_copied()
    {
        var email = "ann@example.com"u8.ToArray();
        _builder.Add(new Change { Email = email });
        email.AsSpan().Clear();

        Assert.Equal(Some.Encoded(Some.Add("ann@example.com")), _builder.Seal(Rule).Changes.ToArray());
    }

    private long? TimeKeptFor(long time)
    {
        _builder.Add(Some.Add("ann@example.com", at: time));
        var offset = 0;
        return ChangeCodec.Read(_builder.Seal(Rule).Changes, ref offset).OccurredAt;
    }

    private static Chunk Seal(params Change[] changes)
    {
        var builder = new ChunkBuilder(DateTimeOffset.FromUnixTimeMilliseconds(Some.Time));
        foreach (var change in changes) builder.Add(change);
        return builder.Seal(Rule);
    }

    private static (long? Earliest, long Latest) SpanOf(Chunk chunk) => (chunk.Earliest, chunk.Latest);
}
