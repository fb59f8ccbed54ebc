using System.Buffers;
using CsCheck;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Planning;

public sealed class OvertakenReplaysPropertyTests
{
    private static readonly Gen<Said> Changes =
        from email in Gen.Int[0, 2]
        from userId in Gen.Int[0, 2]
        from time in Gen.Int[0, 6]
        select new Said(email, userId, time == 0 ? null : time);

    private static readonly Gen<Received> Entries =
        from changes in Changes.Array[1, 4]
        from receivedAt in Gen.Int[1, 6]
        from isStrict in Gen.Bool
        select new Received(changes, receivedAt, isStrict);

    /// <summary>Entries, of which some changes are replayed, once and again; between the two more may come in.</summary>
    private static readonly Gen<History> Histories =
        from type in Gen.Enum<ProjectType>()
        from before in Entries.Array[1, 4]
        from between in Entries.Array[0, 2]
        from first in Gen.Int[0, 15].Array[0, 4]
        from second in Gen.Int[0, 15].Array[1, 6]
        select new History(type, before, between, first, second);

    [Fact]
    public void A_replayed_change_is_overtaken_when_a_newer_one_of_the_same_member_is_kept() => Histories.Sample(
        history =>
        {
            var before = history.Before.SelectMany((entry, i) => Placed(entry, seq: 10 + i)).ToList();
            var firstReplay = Picked(before, history.First);
            var between = history.Between.SelectMany((entry, i) => Placed(entry, seq: 100 + i)).ToList();
            var replay = Picked([.. before, .. between, .. firstReplay], history.Second);
            TimedChanges[] kept =
            [
                .. history.Before.Select((entry, i) => Timed(history.Type, entry, seq: 10 + i)),
                Replay(history.Type, firstReplay, seq: 50),
                .. history.Between.Select((entry, i) => Timed(history.Type, entry, seq: 100 + i)),
            ];

            var found = OvertakenReplays.Find(Replay(history.Type, replay, seq: 200), kept).Order();

            Assert.Equal(Naive(history.Type, replay, [.. before, .. between]), found);
        },
        iter: 5_000);

    /// <summary>What is replayed counts nothing of its own: it stands where its original stands.</summary>
    private static List<int> Naive(ProjectType type, List<Kept> replay, List<Kept> kept) =>
        [.. Enumerable.Range(0, replay.Count).Where(i => kept.Exists(y => IsSameMember(type, replay[i], y) && Overtakes(y, replay[i])))];

    private static bool Overtakes(Kept y, Kept x) => y.Place.CompareTo(x.Place) switch
    {
        > 0 => y.Said.Time is null || y.Time >= x.Time,
        < 0 => x.Said.Time is not null && y.Time > x.Time,
        _ => false,
    };

    /// <summary>By the rule of today for what is replayed; by its own rule for what is kept, or that of today where its own dropped it.</summary>
    private static bool IsSameMember(ProjectType type, Kept x, Kept y) => SameMember.By(type, (x.Said.Email, x.Said.UserId), (y.Said.Email, y.Said.UserId));

    private static MappingRule Today(ProjectType type) => Some.Rule(type, IdentityRule.AsGiven);

    /// <summary>Drops whoever has no e-mail, and takes no user id from those who have only that.</summary>
    private static MappingRule Stricter(ProjectType type) => Some.Rule(type, IdentityRule.CustomerId);

    private static IEnumerable<Kept> Placed(Received entry, long seq) => entry.Changes.Select((said, i) => new Kept(said, new(seq, i), said.Time ?? entry.At));

    private static List<Kept> Picked(IReadOnlyList<Kept> from, int[] picks) => [.. picks.Select(p => from[p % from.Count])];

    private static TimedChanges Timed(ProjectType type, Received entry, long seq) =>
        new(Some.Encoded(entry.Changes.Select(c => c.ToChange())), entry.IsStrict ? Stricter(type) : Today(type), entry.At) { Seq = seq };

    private static TimedChanges Replay(ProjectType type, List<Kept> changes, long seq)
    {
        var origins = new ArrayBufferWriter<byte>();
        foreach (var change in changes) ChangeOrigins.Write(origins, new(change.Place, change.Time));
        return new(Some.Encoded(changes.Select(c => c.Said.ToChange())), Today(type), 1000) { Seq = seq, Origins = origins.WrittenMemory };
    }

    private sealed record History(ProjectType Type, Received[] Before, Received[] Between, int[] First, int[] Second);

    private sealed record Received(Said[] Changes, int At, bool IsStrict);

    private sealed record Kept(Said Said, ChangePlace Place, long Time);

    private sealed record Said(int Email, int UserId, int? Time)
    {
        public Change ToChange() => Some.Add(Email > 0 ? $"e{Email}@example.com" : null, UserId > 0 ? $"u{UserId}" : null, at: Time);
    }
}
