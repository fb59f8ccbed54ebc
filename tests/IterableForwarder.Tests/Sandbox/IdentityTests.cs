using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class IdentityTests : SandboxTest
{
    [Fact]
    public async Task Hybrid_an_email_with_another_existing_user_id_is_a_conflict_that_names_what_exists()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "old"));

        var answer = await SubscribeAsync(list, Member("ann@example.com", "new"));

        Assert.Equal((0, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal(["ann@example.com"], answer.FailedUpdates("conflictEmails"));
        Assert.Equal(["old"], answer.FailedUpdates("conflictUserIds"));
        Assert.Equal("old", Assert.Single(State.Users(Key)).UserId);
    }

    [Fact]
    public async Task Hybrid_a_user_id_with_another_existing_email_is_a_conflict_that_names_what_exists()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("old@example.com", "1"));

        var answer = await SubscribeAsync(list, Member("new@example.com", "1"));

        Assert.Equal(["old@example.com"], answer.FailedUpdates("conflictEmails"));
        Assert.Equal(["1"], answer.FailedUpdates("conflictUserIds"));
    }

    [Fact]
    public async Task Hybrid_identifiers_of_two_users_are_a_conflict_that_names_both()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"), Member("bob@example.com", "2"));

        var answer = await SubscribeAsync(list, Member("ann@example.com", "2"));

        Assert.Equal(1, answer.Failed);
        Assert.Equal(["ann@example.com", "bob@example.com"], answer.FailedUpdates("conflictEmails"));
        Assert.Equal(["1", "2"], answer.FailedUpdates("conflictUserIds"));
    }

    [Fact]
    public async Task Hybrid_a_user_with_one_identifier_takes_the_other()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com"), Member(userId: "2"));

        var answer = await SubscribeAsync(list, Member("ann@example.com", "1"), Member("bob@example.com", "2"));

        Assert.Equal(2, answer.Succeeded);
        Assert.Equal([("ann@example.com", "1"), ("bob@example.com", "2")], State.Users(Key).Select(user => (user.Email!, user.UserId!)));
    }

    [Theory]
    [InlineData(ProjectType.Hybrid)]
    [InlineData(ProjectType.UserId)]
    public async Task UpdateExistingUsersOnly_leaves_unknown_users_out(ProjectType type)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"));

        var answer = await SubscribeExistingAsync(list, Member(userId: "1"), Member(userId: "2"));

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal(["2"], answer.FailedUpdates("notFoundUserIds"));
        Assert.Single(State.Users(Key));
    }

    [Fact]
    public async Task Email_project_UpdateExistingUsersOnly_does_not_count()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });

        Assert.Equal(1, (await SubscribeExistingAsync(NewList(), Member("new@example.com"))).Succeeded);
    }

    [Fact]
    public async Task Email_project_a_user_id_is_silently_replaced_and_need_not_be_unique()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "old"), Member("bob@example.com", "new"));

        var answer = await SubscribeAsync(list, Member("ann@example.com", "new"));

        Assert.Equal((1, 0), (answer.Succeeded, answer.Failed));
        Assert.Equal(["new", "new"], State.Members(list).Select(member => member.UserId));
        Assert.Equal(2, State.Users(Key).Count);
    }

    [Fact]
    public async Task Email_project_an_unknown_user_id_alone_is_not_found()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });

        var answer = await SubscribeAsync(NewList(), Member(userId: "1"));

        Assert.Equal(["1"], answer.FailedUpdates("notFoundUserIds"));
    }

    [Fact]
    public async Task Email_project_an_unknown_user_id_with_preferUserId_gets_a_placeholder()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });
        var list = NewList();

        await SubscribeAsync(list, Member(userId: "A1", more: "\"preferUserId\":true"));
        await SubscribeAsync(list, Member(userId: "A1"));

        var member = Assert.Single(State.Members(list));
        Assert.Equal(("a1@placeholder.email", "A1", 2), (member.Email, member.UserId, member.Adds));
    }

    [Theory]
    [InlineData("a1", "A1")]
    [InlineData("a b", "A B")]
    public async Task Email_project_every_user_id_gets_its_own_valid_placeholder(string one, string other)
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });
        var list = NewList();

        await SubscribeAsync(list, Member(userId: one, more: "\"preferUserId\":true"), Member(userId: other, more: "\"preferUserId\":true"));

        Assert.Equal([other, one], State.Members(list).Select(member => member.UserId).Order(StringComparer.Ordinal));
        var emails = State.Members(list).Select(member => member.Email!).ToArray();
        Assert.All(emails, email => Assert.EndsWith("@placeholder.email", email));
        Assert.Equal(2, (await UnsubscribeAsync(list, [.. emails.Select(email => Member(email))])).Succeeded);
        Assert.Empty(State.Members(list));
    }

    [Fact]
    public async Task Email_project_a_user_id_finds_its_present_user()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"), Member("bob@example.com", "1"), Member("cat@example.com", "1"));
        await SubscribeAsync(list, Member("bob@example.com", "2"), Member("cat@example.com", "3"));

        await UnsubscribeAsync(list, Member(userId: "1"));

        Assert.Equal(["bob@example.com", "cat@example.com"], State.Members(list).Select(member => member.Email));
    }

    [Theory]
    [InlineData(ProjectType.Hybrid)]
    [InlineData(ProjectType.UserId)]
    public async Task A_user_id_alone_is_enough_to_join_and_to_leave(ProjectType type)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var list = NewList();

        Assert.Equal(2, (await SubscribeAsync(list, Member(userId: "1"), Member(userId: "2"))).Succeeded);
        Assert.Equal(2, (await UnsubscribeAsync(list, Member(userId: "1"), Member(userId: "nobody"))).Succeeded);

        Assert.Equal((null, "2"), (Assert.Single(State.Members(list)).Email, State.Members(list)[0].UserId));
    }

    [Fact]
    public async Task UserId_project_users_may_share_an_email_and_change_it()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.UserId });
        var list = NewList();
        await SubscribeAsync(list, Member("same@example.com", "1"), Member("same@example.com", "2"));

        await SubscribeAsync(list, Member("other@example.com", "2"));

        Assert.Equal([("other@example.com", "2"), ("same@example.com", "1")], State.Members(list).Select(member => (member.Email!, member.UserId!)));
        Assert.Equal(2, State.UserCount(Key));
    }

    [Fact]
    public async Task UserId_project_an_unknown_email_alone_is_not_found_and_a_known_one_is()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.UserId });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"));

        var answer = await SubscribeAsync(list, Member("ann@example.com"), Member("new@example.com", more: "\"preferUserId\":true"));

        Assert.Equal((1, 1), (answer.Succeeded, answer.Failed));
        Assert.Equal(["new@example.com"], answer.FailedUpdates("notFoundEmails"));
        Assert.Equal("1\n", (await GetAsync($"/api/lists/getUsers?listId={list}")).Text);
    }

    [Fact]
    public async Task UserId_project_a_removal_goes_by_user_id()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.UserId });
        var list = NewList();
        await SubscribeAsync(list, Member("same@example.com", "1"), Member("same@example.com", "2"));

        await UnsubscribeAsync(list, Member("same@example.com", "1"));

        Assert.Equal("2", Assert.Single(State.Members(list)).UserId);
    }

    [Fact]
    public async Task The_type_cannot_be_changed_once_there_are_users()
    {
        await SubscribeAsync(NewList(), Member("ann@example.com"));

        Assert.Throws<InvalidOperationException>(() => State.Configure(Key, settings => settings with { Type = ProjectType.Email }));
    }
}
