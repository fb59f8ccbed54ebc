using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Mapping;

/// <summary>Who is meant by a search.</summary>
public sealed class WantedMemberTests
{
    [Theory]
    [InlineData("Ann@Example.com", null, null, "ann@example.com", null, null, true)]
    [InlineData("ann@example.com", null, null, " ANN@example.com", null, null, true)]
    [InlineData("ann@example.com", null, null, "ben@example.com", "ann@example.com", "ann@example.com", false)]
    [InlineData(null, "c-1", null, "ann@example.com", "c-1", null, true)]
    [InlineData(null, "c-1", null, null, "C-1", "c-1", false)]
    [InlineData(null, null, "77", null, null, "77", true)]
    [InlineData(null, null, "77", null, "77", null, false)]
    [InlineData("x@example.com", "c-1", null, "ann@example.com", "c-1", null, true)]
    [InlineData("ann@example.com", "other", "other", "ann@example.com", "c-1", "77", true)]
    [InlineData(null, null, null, "ann@example.com", "c-1", "77", false)]
    [InlineData("", "", "", "", "", "", false)]
    public void Whoever_carries_one_of_the_identifiers_is_meant(
        string? email, string? customerId, string? mpid, string? itsEmail, string? itsCustomerId, string? itsMpid, bool isMeant)
    {
        var wanted = new WantedMember(email, customerId, mpid);

        Assert.Equal(isMeant, wanted.IsIn(Some.Add(itsEmail, itsCustomerId, itsMpid), Some.Rule()));
    }

    [Fact]
    public void A_placeholder_address_means_whoever_was_sent_under_it()
    {
        var wanted = new WantedMember("77@placeholder.email", null, null);

        Assert.True(wanted.IsIn(Some.Add(mpid: "77"), Some.Rule(identity: IdentityRule.Mpid)));
        Assert.False(wanted.IsIn(Some.Add(mpid: "78"), Some.Rule(identity: IdentityRule.Mpid)));
        Assert.False(wanted.IsIn(Some.Add(mpid: "77"), Some.Rule()));
    }

    [Fact]
    public void Every_identifier_is_looked_up_by_its_fingerprint()
    {
        Assert.Equal(
            [MemberFingerprint.OfEmail("ann@example.com"u8), MemberFingerprint.OfUserId("c-1"u8), MemberFingerprint.OfUserId("77"u8)],
            new WantedMember("ANN@example.com", "c-1", "77").Fingerprints);
        // a customer id and an MPID of the same text have one fingerprint
        Assert.Equal([MemberFingerprint.OfUserId("77"u8)], new WantedMember(null, "77", "77").Fingerprints);
        Assert.Empty(new WantedMember(null, null, null).Fingerprints);
    }
}
