using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Mapping;

/// <summary>Databases store fingerprints: a failure here means that nobody in them would be found again.</summary>
public sealed class MemberFingerprintTests
{
    [Fact]
    public void The_fingerprint_of_an_email_does_not_change() => Assert.Equal(12701027640493765126UL, MemberFingerprint.OfEmail("ann@example.com"u8));

    [Fact]
    public void The_fingerprint_of_a_user_id_does_not_change() => Assert.Equal(8159862295320435074UL, MemberFingerprint.OfUserId("customer-1"u8));

    [Fact]
    public void The_same_text_as_email_and_as_user_id_is_not_the_same_member() =>
        Assert.NotEqual(MemberFingerprint.OfEmail("ann@example.com"u8), MemberFingerprint.OfUserId("ann@example.com"u8));
}
