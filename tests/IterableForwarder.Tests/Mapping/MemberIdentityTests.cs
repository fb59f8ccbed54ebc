using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Mapping;

public sealed class MemberIdentityTests
{
    [Theory]
    [InlineData("Hybrid", "ann@example.com", "1", "ann@example.com", "1")]
    [InlineData("Hybrid", "ann@example.com", "", "ann@example.com", "")]
    [InlineData("Hybrid", "", "1", "", "1")]
    [InlineData("Email", "ann@example.com", "1", "ann@example.com", "")]
    [InlineData("Email", "", "1", "", "1")]
    [InlineData("UserId", "ann@example.com", "1", "", "1")]
    [InlineData("UserId", "ann@example.com", "", "ann@example.com", "")]
    public void The_type_of_the_project_says_what_identifies(string type, string email, string userId, string byEmail, string byUserId)
    {
        var rule = Some.Rule(Enum.Parse<ProjectType>(type), IdentityRule.AsGiven);
        var member = new MappedMember { Email = Some.Utf8(email), UserId = Some.Utf8(userId) };

        var identity = MemberIdentity.Only(MemberIdentity.Of(member, rule), member);

        Assert.Equal((byEmail, byUserId), (Some.Text(identity.Email), Some.Text(identity.UserId)));
        var identifying = MemberIdentity.AllOf(member, rule).Where(i => i.Identifies).Select(i => i.Value.Fingerprint);
        Assert.Equal(FingerprintsOf(identity), identifying);
    }

    [Fact]
    public void A_dropped_change_concerns_no_member() =>
        Assert.Empty(MemberIdentity.AllOf(new() { Dropped = "noEmail", Email = Some.Utf8("ann@example.com") }, Some.Rule()));

    private static IEnumerable<ulong> FingerprintsOf(MappedMember member)
    {
        if (!member.Email.IsEmpty) yield return MemberFingerprint.OfEmail(member.Email.Span);
        if (!member.UserId.IsEmpty) yield return MemberFingerprint.OfUserId(member.UserId.Span);
    }
}
