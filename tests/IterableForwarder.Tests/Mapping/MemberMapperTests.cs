using IterableForwarder.Changes;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;

namespace IterableForwarder.Tests.Mapping;

/// <summary>The mapping table of the guarantees, a case for each row and each of its rules.</summary>
public sealed class MemberMapperTests
{
    private const string Any = "Hybrid Email UserId";
    private const string NotUserId = "Hybrid Email";

    [Theory]
    [InlineData("CustomerId", Any, "ann@example.com", "c-1", null, "ann@example.com", "c-1")]
    [InlineData("CustomerId", NotUserId, "ann@example.com", null, null, "ann@example.com", "")]
    [InlineData("CustomerId", Any, "ann@example.com", "c-1", "77", "ann@example.com", "c-1")]
    [InlineData("CustomerId", NotUserId, "ann@example.com", null, "77", "ann@example.com", "")]
    [InlineData("Mpid", Any, "ann@example.com", null, "77", "ann@example.com", "77")]
    [InlineData("Mpid", Any, "ann@example.com", "c-1", "77", "ann@example.com", "77")]
    [InlineData("Mpid", Any, null, null, "77", "77@placeholder.email", "77")]
    [InlineData("Mpid", Any, null, "c-1", "-8088243", "-8088243@placeholder.email", "-8088243")]
    [InlineData("Mpid", NotUserId, "ann@example.com", "c-1", null, "ann@example.com", "")]
    [InlineData("AsGiven", Any, "ann@example.com", "c-1", null, "ann@example.com", "c-1")]
    [InlineData("AsGiven", Any, null, "c-1", null, "", "c-1")]
    [InlineData("AsGiven", NotUserId, "ann@example.com", null, "77", "ann@example.com", "")]
    public void Forwarded(string identity, string projects, string? email, string? customerId, string? mpid, string asEmail, string asUserId)
    {
        foreach (var project in projects.Split(' '))
        {
            foreach (var action in new[] { ChangeAction.Add, ChangeAction.Remove })
            {
                var mapped = Map(identity, project, Some.Change(action, email, customerId, mpid));

                Assert.Null(mapped.Dropped);
                Assert.Equal((asEmail, asUserId), (Some.Text(mapped.Email), Some.Text(mapped.UserId)));
            }
        }
    }

    [Theory]
    [InlineData("CustomerId", Any, null, "c-1", null, "noEmail")]
    [InlineData("CustomerId", Any, null, "c-1", "77", "noEmail")]
    [InlineData("CustomerId", Any, null, null, null, "noEmail")]
    [InlineData("CustomerId", "UserId", "ann@example.com", null, "77", "noIdentifier")]
    [InlineData("Mpid", Any, null, "c-1", null, "noMpid")]
    [InlineData("Mpid", Any, null, null, null, "noMpid")]
    [InlineData("Mpid", "UserId", "ann@example.com", "c-1", null, "noIdentifier")]
    [InlineData("AsGiven", Any, null, null, "77", "noIdentifier")]
    [InlineData("AsGiven", "UserId", "ann@example.com", null, null, "noIdentifier")]
    public void Dropped(string identity, string projects, string? email, string? customerId, string? mpid, string reason)
    {
        foreach (var project in projects.Split(' '))
        {
            foreach (var action in new[] { ChangeAction.Add, ChangeAction.Remove })
            {
                var mapped = Map(identity, project, Some.Change(action, email, customerId, mpid));

                Assert.Equal(reason, mapped.Dropped);
                Assert.True(mapped.Email.IsEmpty && mapped.UserId.IsEmpty);
            }
        }
    }

    [Theory]
    [InlineData(" ann@example.com ", "ann@example.com")]
    [InlineData("\tann@example.com\r\n", "ann@example.com")]
    [InlineData("\u00a0ann@example.com\u2003", "ann@example.com")]
    [InlineData("Ann@Example.COM", "ann@example.com")]
    [InlineData("annA@example.com", "anna@example.com")]
    [InlineData("annZ@example.com", "annz@example.com")]
    [InlineData("JÖRG@BÜCHER.example", "jörg@bücher.example")]
    [InlineData("ΑΝΝΑ@example.com", "αννα@example.com")]
    [InlineData("ИВАН@пример.example", "иван@пример.example")]
    [InlineData("jörg@bücher.example", "jörg@bücher.example")]
    [InlineData("a+b_c.d'e@example.com", "a+b_c.d'e@example.com")]
    public void Emails_are_trimmed_and_lower_cased(string email, string expected) =>
        Assert.Equal(expected, Some.Text(Map("CustomerId", "Hybrid", Some.Add(email)).Email));

    [Theory]
    [InlineData("GivenEmail", "a@x.com", "c-1", "a@x.com", "c-1")]
    [InlineData("GivenEmail", "a@x.com", null, "a@x.com", "")]
    [InlineData("GivenEmail", null, "c-1", null, null)]
    [InlineData("GivenUserId", "a@x.com", "c-1", "a@x.com", "c-1")]
    [InlineData("GivenUserId", null, "c-1", "", "c-1")]
    [InlineData("GivenUserId", "a@x.com", " ", null, null)]
    [InlineData("AsGiven", null, "c-1", "", "c-1")]
    [InlineData("AsGiven", null, null, null, null)]
    public void What_is_given_is_forwarded_where_the_identifier_that_the_rule_asks_for_is_there(
        string identity, string? email, string? customerId, string? forwardedEmail, string? forwardedId)
    {
        var mapped = Map(identity, "Hybrid", Some.Add(email, customerId));

        Assert.Equal(forwardedEmail is null ? Reasons.NoIdentifier : null, mapped.Dropped);
        Assert.Equal((forwardedEmail ?? "", forwardedId ?? ""), (Some.Text(mapped.Email), Some.Text(mapped.UserId)));
    }

    [Theory]
    [InlineData(true, null, "c-1", null)]
    [InlineData(true, null, null, Reasons.NoEmail)]
    [InlineData(true, null, " ", Reasons.NoEmail)]
    [InlineData(false, null, "c-1", Reasons.NoEmail)]
    [InlineData(false, "a@x.com", "c-1", null)]
    public void Somebody_without_an_email_goes_by_the_customer_id_where_none_is_required(bool withoutEmail, string? email, string? customerId, string? dropped) =>
        Assert.Equal(dropped, MemberMapper.Map(Some.Add(email, customerId), Some.Rule() with { WithoutEmail = withoutEmail }).Dropped);

    [Fact]
    public void An_email_that_is_right_already_is_not_copied()
    {
        var email = Some.Utf8("ann@example.com");

        Assert.Equal(email, MemberMapper.NormalizeEmail(email));
    }

    [Theory]
    [InlineData("-7246244611012968789", true)]
    [InlineData("a.b-c_d+e", true)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    [InlineData("9@8", false)]
    [InlineData("abc def", false)]
    [InlineData(" 9", false)]
    [InlineData("\t9", false)]
    [InlineData("ä9", false)]
    [InlineData("9\u200B", false)]
    [InlineData("a..b", false)]
    [InlineData(".a", false)]
    [InlineData("a.", false)]
    [InlineData("a(b)", false)]
    public void An_MPID_that_is_not_allowed_in_an_address_counts_as_missing(string mpid, bool isUsable)
    {
        var alone = Map("Mpid", "Hybrid", Some.Add(mpid: mpid));
        Assert.Equal(isUsable ? (null, $"{mpid}@placeholder.email", mpid) : ("noMpid", "", ""), (alone.Dropped, Some.Text(alone.Email), Some.Text(alone.UserId)));
        var withEmail = Map("Mpid", "Hybrid", Some.Add("ann@example.com", mpid: mpid));
        Assert.Equal((null, "ann@example.com", isUsable ? mpid : ""), (withEmail.Dropped, Some.Text(withEmail.Email), Some.Text(withEmail.UserId)));
    }

    [Theory]
    [InlineData("\u200Bann@example.com\uFEFF")]
    [InlineData(" \u200C\u200D\u2060 ann@example.com \u00AD\u180E\u00A0")]
    public void Invisible_characters_around_an_email_are_trimmed(string email) =>
        Assert.Equal("ann@example.com", Some.Text(Map("CustomerId", "Hybrid", Some.Add(email)).Email));

    [Fact]
    public void Identifiers_of_invisible_characters_only_count_as_missing()
    {
        Assert.Equal("noEmail", Map("CustomerId", "Hybrid", Some.Add("\u200B \uFEFF", "c-1")).Dropped);
        Assert.Equal("noIdentifier", Map("AsGiven", "UserId", Some.Add("ann@example.com", "\u200B")).Dropped);
    }

    [Theory]
    [InlineData("Customer 1")]
    [InlineData(" c-1 ")]
    [InlineData("ÄRGER")]
    public void User_ids_are_sent_exactly(string id)
    {
        Assert.Equal(id, Some.Text(Map("CustomerId", "UserId", Some.Add("ann@example.com", id)).UserId));
        Assert.Equal(id, Some.Text(Map("AsGiven", "UserId", Some.Add(customerId: id)).UserId));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t \n")]
    [InlineData("\u00a0\u3000")]
    public void Blank_values_count_as_missing(string blank)
    {
        Assert.Equal("noEmail", Map("CustomerId", "Hybrid", Some.Add(blank, "c-1")).Dropped);
        Assert.True(Map("CustomerId", "Hybrid", Some.Add("ann@example.com", blank)).UserId.IsEmpty);
        Assert.Equal("noIdentifier", Map("CustomerId", "UserId", Some.Add("ann@example.com", blank)).Dropped);
        Assert.Equal("noMpid", Map("Mpid", "Hybrid", Some.Add(blank, mpid: blank)).Dropped);
        Assert.Equal("77@placeholder.email", Some.Text(Map("Mpid", "Hybrid", Some.Add(blank, mpid: "77")).Email));
        Assert.Equal("noIdentifier", Map("AsGiven", "Hybrid", Some.Add(blank, blank)).Dropped);
    }

    [Fact]
    public void A_hashed_email_counts_as_missing()
    {
        var hashed = Some.Change(ChangeAction.Add, customerId: "c-1", mpid: "77", hashed: true);

        Assert.Equal("hashedIdentity", Map("CustomerId", "Hybrid", hashed).Dropped);
        Assert.Equal("77@placeholder.email", Some.Text(Map("Mpid", "Hybrid", hashed).Email));
        Assert.Equal("c-1", Some.Text(Map("AsGiven", "Hybrid", hashed).UserId));
    }

    [Fact]
    public void A_hashed_email_next_to_a_plain_one_is_ignored() =>
        Assert.Null(Map("CustomerId", "Hybrid", Some.Change(ChangeAction.Add, "ann@example.com", hashed: true)).Dropped);

    [Theory]
    [InlineData("CustomerId")]
    [InlineData("Mpid")]
    [InlineData("AsGiven")]
    public void What_is_neither_add_nor_remove_is_dropped(string identity) =>
        Assert.Equal("unsupportedAction", Map(identity, "Hybrid", Some.Change(ChangeAction.Unsupported, "ann@example.com", "c-1", "77")).Dropped);

    [Fact]
    public void A_pair_is_the_same_only_when_both_halves_are()
    {
        var both = Map("CustomerId", "Hybrid", Some.Add("ann@example.com", "c-1"));

        Assert.True(both.IsSamePairAs(Map("CustomerId", "Hybrid", Some.Remove("ANN@example.com", "c-1"))));
        Assert.False(both.IsSamePairAs(Map("CustomerId", "Hybrid", Some.Add("ann@example.com"))));
        Assert.False(both.IsSamePairAs(Map("CustomerId", "Hybrid", Some.Add("ann@example.com", "C-1"))));
        Assert.False(both.IsSamePairAs(Map("CustomerId", "Hybrid", Some.Add("bob@example.com", "c-1"))));
    }

    private static MappedMember Map(string identity, string project, Change change) =>
        MemberMapper.Map(change, Some.Rule(Enum.Parse<ProjectType>(project), Enum.Parse<IdentityRule>(identity)));
}
