using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class MergeTests : SandboxTest
{
    [Fact]
    public async Task The_destination_wins_and_takes_lists_events_and_what_it_lacks()
    {
        var (first, second) = (NewList(), NewList());
        await SubscribeAsync(first, Member("anon@example.com", "9", "{\"city\":\"Ulm\",\"age\":3}"));
        await SubscribeAsync(second, Member("ann@example.com", dataFields: "{\"age\":4,\"name\":\"Ann\"}"));
        await PostAsync("/api/events/track", "{\"eventName\":\"seen\",\"id\":\"e-1\",\"userId\":\"9\"}");

        var answer = await MergeAsync("\"sourceUserId\":\"9\",\"destinationEmail\":\"Ann@example.com\"");

        Assert.Equal("{\"msg\":\"\",\"code\":\"Success\",\"params\":null}", answer.Text);
        var user = Assert.Single(State.Users(Key));
        Assert.Equal(("ann@example.com", "9", "{\"city\":\"Ulm\",\"age\":4,\"name\":\"Ann\"}"), (user.Email, user.UserId, user.DataFields));
        Assert.Equal("ann@example.com", Assert.Single(State.Members(first)).Email);
        Assert.Equal("ann@example.com", Assert.Single(State.Members(second)).Email);
        Assert.Equal("ann@example.com", Assert.Single(State.Events(Key)).Email);
        Assert.Equal("{}", (await GetAsync("/api/users/anon@example.com")).Text);
    }

    [Theory]
    [InlineData("\"sourceEmail\":\"old@example.com\",\"destinationEmail\":\"new@example.com\"", "new@example.com", "1")]
    [InlineData("\"sourceUserId\":\"1\",\"destinationUserId\":\"2\"", "old@example.com", "2")]
    public async Task A_destination_that_does_not_exist_means_a_rename(string body, string email, string userId)
    {
        var list = NewList();
        await SubscribeAsync(list, Member("old@example.com", "1", "{\"a\":1}"));
        await PostAsync("/api/events/track", "{\"eventName\":\"seen\",\"email\":\"old@example.com\"}");

        Assert.Equal("Success", (await MergeAsync(body)).Code);

        var member = Assert.Single(State.Members(list));
        Assert.Equal((email, userId, "{\"a\":1}"), (member.Email, member.UserId, member.DataFields));
        Assert.Single((await GetAsync($"/api/events/byUserId/{userId}")).Json.GetProperty("events").EnumerateArray());
    }

    [Fact]
    public async Task A_merge_into_oneself_changes_nothing()
    {
        await SubscribeAsync(NewList(), Member("ann@example.com", "1"));

        Assert.Equal("Success", (await MergeAsync("\"sourceUserId\":\"1\",\"destinationEmail\":\"ann@example.com\"")).Code);
        Assert.Equal(("ann@example.com", "1"), (Assert.Single(State.Users(Key)).Email, State.Users(Key)[0].UserId));
    }

    [Theory]
    [InlineData("\"sourceEmail\":\"nobody@example.com\",\"destinationUserId\":\"1\"", 400, "UnknownEmailError")]
    [InlineData("\"sourceUserId\":\"nobody\",\"destinationUserId\":\"1\"", 400, "UnknownUserIdError")]
    [InlineData("\"sourceUserId\":\"1\",\"destinationEmail\":\"gone@example.com\"", 409, "ForgottenUserError")]
    [InlineData("\"sourceEmail\":\"gone@example.com\",\"destinationUserId\":\"1\"", 409, "ForgottenUserError")]
    [InlineData("\"sourceUserId\":\"1\"", 400, "BadParams")]
    [InlineData("\"sourceUserId\":\"1\",\"sourceEmail\":\"ann@example.com\",\"destinationUserId\":\"2\"", 400, "BadParams")]
    [InlineData("\"sourceUserId\":\"1\",\"destinationEmail\":\"bad\"", 400, "InvalidEmailAddressError")]
    [InlineData("\"sourceUserId\":\"1\",\"destinationUserId\":\"\"", 400, "InvalidUserIdError")]
    public async Task A_merge_that_cannot_be_is_refused_and_changes_nothing(string body, int status, string code)
    {
        State.Forget(Key, email: "gone@example.com");
        await SubscribeAsync(NewList(), Member("ann@example.com", "1"));

        var answer = await MergeAsync(body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(("ann@example.com", "1"), (Assert.Single(State.Users(Key)).Email, State.Users(Key)[0].UserId));
    }

    [Fact]
    public async Task UserId_project_a_shared_email_stays_with_the_other_one()
    {
        State.Configure(Key, settings => settings with { Type = ProjectType.UserId });
        await SubscribeAsync(NewList(), Member("same@example.com", "1"), Member("same@example.com", "2"), Member(userId: "3"));

        await MergeAsync("\"sourceUserId\":\"2\",\"destinationUserId\":\"3\"");

        Assert.Equal([("same@example.com", "1"), ("same@example.com", "3")], State.Users(Key).Select(user => (user.Email!, user.UserId!)));
    }

    private Task<Answer> MergeAsync(string body) => PostAsync("/api/users/merge", $"{{{body}}}");
}
