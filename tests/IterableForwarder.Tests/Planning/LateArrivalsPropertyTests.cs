using CsCheck;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Planning;

public sealed class LateArrivalsPropertyTests
{
    private static readonly Gen<Said> Changes =
        from email in Gen.Int[0, 2]
        from userId in Gen.Int[0, 2]
        from time in Gen.Int[0, 6]
        select new Said(email, userId, time == 0 ? null : time);

    private static readonly Gen<Received> Entries =
        from changes in Changes.Array[1, 5]
        from receivedAt in Gen.Int[1, 6]
        select new Received(changes, receivedAt);

    /// <summary>However the changes are spread over entries, a change is late exactly when one before it, of the same member, is of a later time.</summary>
    [Fact]
    public void A_change_is_late_when_one_accepted_before_it_is_of_a_later_time() => Gen.Select(Gen.Enum<ProjectType>(), Entries.Array[1, 5]).Sample(
        (type, entries) =>
        {
            for (var i = 0; i < entries.Length; i++) Assert.Equal(Naive(type, entries, i), Found(type, entries, i));
        },
        iter: 3_000,
        print: story => $"{story.Item1}{Print(story.Item2)}");

    private static IEnumerable<int> Found(ProjectType type, Received[] entries, int index)
    {
        var entry = Timed(type, entries[index]);
        var earlier = entries[..index].Select(e => Timed(type, e));
        return LateArrivals.Find(entry, LateArrivals.FingerprintsOf(entry), earlier).Order();
    }

    private static List<int> Naive(ProjectType type, Received[] entries, int index)
    {
        var late = new List<int>();
        var before = entries[..index].SelectMany(e => e.Changes.Select(c => (Change: c, At: c.Time ?? e.At))).ToList();
        foreach (var (change, position) in entries[index].Changes.Select((c, i) => (c, i)))
        {
            if (change.Time is { } at && before.Exists(b => b.At > at && b.Change.IsSameMemberAs(change, type))) late.Add(position);
            before.Add((change, change.Time ?? entries[index].At));
        }
        return late;
    }

    private static TimedChanges Timed(ProjectType type, Received entry) =>
        new(Some.Encoded(entry.Changes.Select(c => c.ToChange())), Some.Rule(type, IdentityRule.AsGiven), entry.At);

    private static string Print(Received[] entries) => Environment.NewLine + string.Join(Environment.NewLine, entries.AsEnumerable());

    private sealed record Received(Said[] Changes, int At)
    {
        public override string ToString() => $"received at {At}: {string.Join(' ', Changes.AsEnumerable())}";
    }

    private sealed record Said(int Email, int UserId, int? Time)
    {
        public bool IsSameMemberAs(Said other, ProjectType type) => SameMember.By(type, (Email, UserId), (other.Email, other.UserId));

        public Change ToChange() => Some.Add(Email > 0 ? $"e{Email}@example.com" : null, UserId > 0 ? $"u{UserId}" : null, at: Time);

        public override string ToString() => $"e{Email}u{UserId}@{Time}";
    }
}
