using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Planning;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Planning;

public sealed class LateArrivalsTests
{
    [Fact]
    public void The_later_time_wins_whatever_came_first() =>
        Assert.Equal([0], Late([Some.Add("ann@example.com", at: 1)], [Some.Remove("ann@example.com", at: 2)]));

    [Fact]
    public void A_change_in_order_is_not_late() =>
        Assert.Empty(Late([Some.Add("ann@example.com", at: 2)], [Some.Remove("ann@example.com", at: 1)]));

    [Fact]
    public void Of_the_same_time_the_one_that_came_last_wins() =>
        Assert.Empty(Late([Some.Add("ann@example.com", at: 1), Some.Remove("ann@example.com", at: 1)], [Some.Remove("ann@example.com", at: 1)]));

    [Fact]
    public void A_change_without_a_time_is_never_late() =>
        Assert.Empty(Late([Some.Add("ann@example.com")], [Some.Remove("ann@example.com", at: long.MaxValue)]));

    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, false)]
    public void An_earlier_change_without_a_time_happened_when_it_was_received(long at, bool isLate) =>
        Assert.Equal(isLate ? [0] : [], Late([Some.Add("ann@example.com", at: at)], [Some.Remove("ann@example.com")], receivedAt: 1000));

    [Fact]
    public void Within_an_entry_the_later_time_wins_too() => Assert.Equal(
        [1],
        Late([Some.Add("ann@example.com", at: 2), Some.Remove("ann@example.com", at: 1), Some.Remove("bob@example.com", at: 1)]));

    [Fact]
    public void One_identifier_in_common_is_enough()
    {
        Assert.Equal([0], Late([Some.Add("ann@example.com", "1", at: 1)], [Some.Remove("anna@example.com", "1", at: 2)]));
        Assert.Equal([0], Late([Some.Add("ann@example.com", "1", at: 1)], [Some.Remove("ann@example.com", at: 2)]));
        Assert.Empty(Late([Some.Add("ann@example.com", "1", at: 1)], [Some.Remove("anna@example.com", "2", at: 2)]));
    }

    [Theory]
    [InlineData("UserId", "fam@example.com", "dad", "fam@example.com", "mum", false)]
    [InlineData("UserId", "fam@example.com", "mum", "old@example.com", "mum", true)]
    [InlineData("Email", "ann@example.com", "1", "bob@example.com", "1", false)]
    [InlineData("Email", "ann@example.com", "1", "ann@example.com", "2", true)]
    [InlineData("Email", null, "1", "ann@example.com", "1", true)]
    [InlineData("Email", "ann@example.com", "1", null, "1", true)]
    [InlineData("Email", null, "1", "ann@example.com", "2", false)]
    [InlineData("Hybrid", "fam@example.com", "dad", "fam@example.com", "mum", true)]
    [InlineData("Hybrid", "old@example.com", "mum", "fam@example.com", "mum", true)]
    public void Who_is_the_same_member_depends_on_the_type_of_the_project(string type, string? email, string userId, string? laterEmail, string laterUserId, bool isLate) =>
        Assert.Equal(isLate ? [0] : [], Late(type, type, Some.Remove(email, userId, at: 1), Some.Add(laterEmail, laterUserId, at: 2)));

    [Theory]
    [InlineData("UserId", "Email", "new@example.com", "1", true)]
    [InlineData("UserId", "Email", "ann@example.com", "2", false)]
    [InlineData("UserId", "Hybrid", "ann@example.com", "2", false)]
    [InlineData("Email", "Hybrid", "new@example.com", "1", true)]
    [InlineData("Email", "UserId", "new@example.com", "1", true)]
    [InlineData("Hybrid", "UserId", "ann@example.com", null, true)]
    [InlineData("Hybrid", "Email", "new@example.com", "2", false)]
    public void After_a_change_of_type_changes_are_compared_by_the_identifiers_of_either_type_except_an_address_next_to_a_user_id(string type, string laterType, string email, string? userId, bool isLate) =>
        Assert.Equal(isLate ? [0] : [], Late(type, laterType, Some.Remove(email, userId, at: 1), Some.Add("ann@example.com", "1", at: 2)));

    [Fact]
    public void An_address_that_nobody_is_identified_by_is_not_looked_for()
    {
        var fingerprints = LateArrivals.FingerprintsOf(new(Some.Encoded(Some.Add("fam@example.com", "dad", at: 1)), Rule("UserId"), 0));

        Assert.Equal([MemberFingerprint.OfUserId("dad"u8)], fingerprints);
    }

    [Fact]
    public void An_address_that_reads_like_a_user_id_is_another_identifier() =>
        Assert.Empty(Late([Some.Add("ann@example.com", at: 1)], [Some.Remove("bob@example.com", "ann@example.com", at: 2)]));

    [Fact]
    public void Addresses_are_compared_as_they_are_sent() =>
        Assert.Equal([0], Late([Some.Add(" ANN@example.com", at: 1)], [Some.Remove("ann@Example.com", at: 2)]));

    [Fact]
    public void What_is_dropped_is_neither_late_nor_makes_others_late() => Assert.Empty(Late(
        [Some.Change(ChangeAction.Unsupported, "ann@example.com", at: 1), Some.Add("bob@example.com", at: 1)],
        [Some.Remove("ann@example.com", at: 2), Some.Change(ChangeAction.Unsupported, "bob@example.com", at: 2)]));

    [Fact]
    public void A_late_change_makes_older_ones_late_whatever_its_position()
    {
        Change[] all = [Some.Add("ann@example.com", at: 10), Some.Add("ann@example.com", "1", at: 5), Some.Add("anna@example.com", "1", at: 3)];

        Assert.Equal([1, 2], Late(all));
        Assert.Equal([0], Late(all[2..], all[..2]));
    }

    [Fact]
    public void Only_members_with_a_time_are_searched_for()
    {
        var fingerprints = LateArrivals.FingerprintsOf(Timed(
            [Some.Add("ann@example.com", "1", at: 1), Some.Add("bob@example.com", "2"), Some.Change(ChangeAction.Unsupported, "cyd@example.com", at: 1)]));

        Assert.Equal(2, fingerprints.Count);
    }

    /// <summary>A change, and one accepted before it that may be of a later time.</summary>
    private static int[] Late(string type, string earlierType, Change change, Change earlier)
    {
        var entry = new TimedChanges(Some.Encoded(change), Rule(type), 0);
        return [.. LateArrivals.Find(entry, LateArrivals.FingerprintsOf(entry), [new(Some.Encoded(earlier), Rule(earlierType), 0)]).Order()];
    }

    private static MappingRule Rule(string type) => Some.Rule(Enum.Parse<ProjectType>(type), IdentityRule.AsGiven);

    private static int[] Late(Change[] changes, Change[]? earlier = null, long receivedAt = 0)
    {
        var entry = Timed(changes);
        var late = LateArrivals.Find(entry, LateArrivals.FingerprintsOf(entry), earlier is null ? [] : [Timed(earlier, receivedAt)]);
        return [.. late.Order()];
    }

    private static TimedChanges Timed(Change[] changes, long receivedAt = 0) => new(Some.Encoded(changes), Some.Rule(), receivedAt);
}
