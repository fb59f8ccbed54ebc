using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class UserRemovalTests : SandboxTest
{
    [Theory]
    [InlineData("/api/users/Ann@example.com")]
    [InlineData("/api/users/byUserId/1")]
    public async Task A_deleted_user_is_in_no_list_has_no_events_and_can_be_added_again(string path)
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1", "{\"a\":1}"), Member("bob@example.com", "2"));
        await PostAsync("/api/events/track", "{\"eventName\":\"seen\",\"userId\":\"1\"}");

        var answer = await DeleteAsync(path);

        Assert.Equal("{\"msg\":\"\",\"code\":\"Success\",\"params\":null}", answer.Text);
        Assert.Equal("bob@example.com", Assert.Single(State.Members(list)).Email);
        Assert.Equal("{}", (await GetAsync("/api/users/ann@example.com")).Text);
        Assert.Empty(State.Events(Key));
        Assert.Equal(1, (await SubscribeAsync(list, Member("ann@example.com", "1"))).Succeeded);
        Assert.Null(State.Members(list)[0].DataFields);
        Assert.Equal("{\"events\":[]}", (await GetAsync("/api/events/byUserId/1")).Text);
    }

    [Theory]
    [InlineData("/api/users/nobody@example.com")]
    [InlineData("/api/users/byUserId/nobody")]
    public async Task Deleting_an_unknown_user_succeeds(string path)
    {
        Assert.Equal((200, "Success"), ((await DeleteAsync(path)).Status, (await DeleteAsync(path)).Code));
    }

    [Fact]
    public async Task Deleting_by_a_user_id_that_several_users_have_deletes_them_all()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.Email });
        await SubscribeAsync(NewList(), Member("ann@example.com", "1"), Member("bob@example.com", "1"), Member("cat@example.com", "2"));

        await DeleteAsync("/api/users/byUserId/1");

        Assert.Equal("cat@example.com", Assert.Single(State.Users(Key)).Email);
    }

    [Fact]
    public async Task A_userId_project_deletes_by_user_id_only()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.UserId });
        await SubscribeAsync(NewList(), Member("ann@example.com", "1"));

        Assert.Equal("BadParams", (await DeleteAsync("/api/users/ann@example.com")).Code);
        Assert.Single(State.Users(Key));
    }

    [Theory]
    [InlineData(ProjectType.Email, "{\"email\":\"Ann@example.com\"}")]
    [InlineData(ProjectType.UserId, "{\"userId\":\"1\"}")]
    [InlineData(ProjectType.Hybrid, "{\"email\":\"Ann@example.com\"}")]
    [InlineData(ProjectType.Hybrid, "{\"userId\":\"1\"}")]
    public async Task A_forgotten_user_is_removed_and_cannot_be_added_again(ProjectType type, string body)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"));

        var answer = await PostAsync("/api/users/forget", body);

        Assert.Equal((200, "Success"), (answer.Status, answer.Code));
        Assert.Empty(State.Users(Key));
        Assert.Equal(1, (await SubscribeAsync(list, Member("ann@example.com", "1"))).Failed);
        Assert.Equal("ForgottenUserError", (await PostAsync("/api/users/update", Member("ann@example.com", "1"))).Code);
        Assert.Empty(State.Members(list));
    }

    [Theory]
    [InlineData(ProjectType.Email, "{\"userId\":\"1\"}", "BadParams")]
    [InlineData(ProjectType.UserId, "{\"email\":\"ann@example.com\"}", "BadParams")]
    [InlineData(ProjectType.Hybrid, "{}", "BadParams")]
    [InlineData(ProjectType.Hybrid, "{\"email\":\"bad\"}", "InvalidEmailAddressError")]
    [InlineData(ProjectType.Hybrid, "{\"userId\":\"\"}", "InvalidUserIdError")]
    public async Task Forgetting_accepts_what_identifies_users_in_the_project(ProjectType type, string body, string code)
    {
        State.Configure(Key, settings => settings with { Type = type });
        await SubscribeAsync(NewList(), Member("ann@example.com", "1"));

        Assert.Equal((400, code), ((await PostAsync("/api/users/forget", body)).Status, (await PostAsync("/api/users/forget", body)).Code));
        Assert.Single(State.Users(Key));
    }

    [Theory]
    [InlineData(ProjectType.Email, "ann@example.com", "bob@example.com", "1")]
    [InlineData(ProjectType.UserId, null, "ann@example.com", "2")]
    public async Task Values_that_two_people_share_are_not_forgotten_with_one_of_them(ProjectType type, string? forgottenEmail, string email, string userId)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "1"), Member(email, userId));

        await PostAsync("/api/users/forget", forgottenEmail is null ? "{\"userId\":\"1\"}" : $"{{\"email\":\"{forgottenEmail}\"}}");

        Assert.Equal(1, (await SubscribeAsync(list, Member(email, userId))).Succeeded);
        Assert.Equal((email, userId), (Assert.Single(State.Members(list)).Email, State.Members(list)[0].UserId));
    }

    [Fact]
    public async Task Forgetting_has_three_calls_a_second_and_a_thousand_a_day()
    {
        for (var n = 0; n < 3; n++) Assert.Equal(200, (await ForgetAsync(n)).Status);
        Assert.Equal(429, (await ForgetAsync(3)).Status);
        State.Configure(Key, settings => settings with { Limits = settings.Limits with { UserForgets = new RateLimit(5000) } });
        for (var n = 3; n < 1000; n++) Assert.Equal(200, (await ForgetAsync(n)).Status);

        var answer = await ForgetAsync(1000);

        Assert.Equal((429, 1000), (answer.Status, answer.Json.GetProperty("params").GetProperty("rateLimitLimit").GetInt32()));
    }

    private Task<Answer> ForgetAsync(int n) => PostAsync("/api/users/forget", $"{{\"userId\":\"{n}\"}}");
}
