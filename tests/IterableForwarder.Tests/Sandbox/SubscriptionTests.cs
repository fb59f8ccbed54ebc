namespace IterableForwarder.Tests.Sandbox;

public sealed class SubscriptionTests : SandboxTest
{
    [Fact]
    public async Task A_subscriber_becomes_a_member_with_the_email_in_lower_case()
    {
        var list = NewList();

        var answer = await SubscribeAsync(list, Member("Ann@Example.COM", "Ann-1", "{\"plan\":\"gold\"}"));

        var member = Assert.Single(State.Members(list));
        Assert.Equal((1, 0), (answer.Succeeded, answer.Failed));
        Assert.Equal(("ann@example.com", "Ann-1", "{\"plan\":\"gold\"}"), (member.Email, member.UserId, member.DataFields));
    }

    [Fact]
    public async Task Subscribing_again_and_unsubscribing_a_non_member_succeed_and_are_counted()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com"));

        Assert.Equal(1, (await SubscribeAsync(list, Member("ann@example.com"))).Succeeded);
        Assert.Equal(1, (await UnsubscribeAsync(list, Member("nobody@example.com"))).Succeeded);

        var sends = State.Sends(list);
        Assert.Equal(("ann@example.com", true, 2, 0), (sends[0].Email, sends[0].IsMember, sends[0].Adds, sends[0].Removes));
        Assert.Equal(("nobody@example.com", false, 0, 1), (sends[1].Email, sends[1].IsMember, sends[1].Adds, sends[1].Removes));
        Assert.Equal(1, State.UserCount(Key));
    }

    [Fact]
    public async Task Someone_removed_before_ever_being_added_keeps_one_count_of_sends()
    {
        var list = NewList();
        await UnsubscribeAsync(list, Member("ann@example.com", "1"));
        await SubscribeAsync(list, Member("ann@example.com", "1"));

        var sends = Assert.Single(State.Sends(list));
        Assert.Equal((true, 1, 1), (sends.IsMember, sends.Adds, sends.Removes));
    }

    [Fact]
    public async Task Someone_unsubscribed_is_not_a_member_but_remains_a_user()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"));

        await UnsubscribeAsync(list, Member(userId: "1"));

        Assert.Empty(State.Members(list));
        Assert.Equal(0, State.FindList(list)!.MemberCount);
        Assert.Single(State.Users(Key));
    }

    [Fact]
    public async Task Unsubscribing_someone_unknown_can_be_made_to_fail_with_notFound()
    {
        var list = NewList();
        State.Configure(Key, settings => settings with { NotFoundOnUnsubscribe = true });

        var answer = await UnsubscribeAsync(list, Member("nobody@example.com"));

        Assert.Equal((0, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal(["nobody@example.com"], answer.FailedUpdates("notFoundEmails"));
    }

    [Fact]
    public async Task ChannelUnsubscribe_reaches_the_user_only_when_sent_as_true()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com"), Member("bob@example.com"));

        await UnsubscribeAsync(list, Member("ann@example.com"));
        await PostAsync("/api/lists/unsubscribe", $"{{\"listId\":{list},\"subscribers\":[{Member("bob@example.com")}],\"channelUnsubscribe\":true}}");

        Assert.Equal([false, true], State.Users(Key).Select(user => user.ChannelUnsubscribed));
    }

    [Theory]
    [InlineData("no-at.example.com")]
    [InlineData("two@at@example.com")]
    [InlineData("ann@localhost")]
    [InlineData("ann@example.c0m")]
    [InlineData("ann@example.c")]
    [InlineData("an n@example.com")]
    [InlineData("@example.com")]
    [InlineData("ann@.com")]
    [InlineData("ann@exa_mple.com")]
    [InlineData("")]
    public async Task A_malformed_email_fails_alone_and_is_named_in_both_places(string email)
    {
        var list = NewList();

        var answer = await SubscribeAsync(list, Member(email), Member("bob@example.com"));

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal([email], answer.FailedUpdates("invalidEmails"));
        Assert.Equal([email], answer.Names("invalidEmails"));
    }

    [Fact]
    public async Task A_malformed_email_is_returned_in_lower_case()
    {
        var answer = await SubscribeAsync(NewList(), Member("Not-An-Email"));

        Assert.Equal(["not-an-email"], answer.FailedUpdates("invalidEmails"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("trailing ")]
    [InlineData("tab\tinside")]
    [InlineData("\u00fcmlaut")]
    [InlineData("12345678901234567890123456789012345678901234567890123")]
    public async Task A_malformed_user_id_fails_alone_and_is_returned_as_sent(string userId)
    {
        var answer = await SubscribeAsync(NewList(), Member("bob@example.com"), Member(userId: userId));

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal([userId], answer.FailedUpdates("invalidUserIds"));
        Assert.Equal([userId], answer.Names("invalidUserIds"));
    }

    [Fact]
    public async Task User_ids_of_52_printable_characters_are_accepted_and_compared_with_case()
    {
        var list = NewList();
        var userId = new string('A', 51) + "~";

        var answer = await SubscribeAsync(list, Member(userId: userId), Member(userId: userId.ToLowerInvariant()));

        Assert.Equal(2, answer.Succeeded);
        Assert.Equal(2, State.Members(list).Count);
    }

    [Fact]
    public async Task A_member_without_identifiers_is_counted_but_not_named()
    {
        var answer = await SubscribeAsync(NewList(), "{}", Member("bob@example.com"));

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.All(answer.Json.GetProperty("failedUpdates").EnumerateObject(), pair => Assert.Equal(0, pair.Value.GetArrayLength()));
    }

    [Fact]
    public async Task A_forgotten_user_fails_by_either_identifier()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"));
        State.Forget(Key, email: "Ann@example.com");
        State.Forget(Key, userId: "7");

        var answer = await SubscribeAsync(list, Member("ann@example.com"), Member(userId: "1"), Member("x@example.com", "7"));

        Assert.Equal((0, 3), (answer.Succeeded, answer.Failed));
        Assert.Equal(["ann@example.com"], answer.FailedUpdates("forgottenEmails"));
        Assert.Equal(["1", "7"], answer.FailedUpdates("forgottenUserIds"));
        Assert.Empty(State.Members(list));
        Assert.Empty(State.Users(Key));
    }

    [Fact]
    public async Task The_answer_names_every_kind_of_failure()
    {
        var answer = await SubscribeAsync(NewList());

        string[] expected = ["conflict", "forgotten", "invalidData", "invalid", "notFound"];
        Assert.Equal(
            expected.SelectMany(reason => new[] { $"{reason}Emails", $"{reason}UserIds" }),
            answer.Json.GetProperty("failedUpdates").EnumerateObject().Select(pair => pair.Name));
        Assert.Empty(answer.Names("createdFields"));
        Assert.Empty(answer.Names("filteredOutFields"));
    }

    [Fact]
    public async Task Escaped_text_is_unescaped()
    {
        var list = NewList();

        await SubscribeAsync(list, "{\"em\\u0061il\":\"ann\\u002Bone@example.com\"}");

        Assert.Equal("ann+one@example.com", Assert.Single(State.Members(list)).Email);
    }

    [Fact]
    public async Task A_call_may_have_more_than_a_thousand_members()
    {
        var list = NewList();

        var answer = await SubscribeAsync(list, [.. Enumerable.Range(0, 2500).Select(n => Member($"user{n:D4}@example.com"))]);

        Assert.Equal(2500, answer.Succeeded);
        Assert.Equal(2500, State.FindList(list)!.MemberCount);
        Assert.Equal("user0000@example.com", State.Members(list)[0].Email);
    }
}
