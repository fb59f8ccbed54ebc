using System.Security.Cryptography;
using System.Text;
using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class UserReadTests : SandboxTest
{
    [Theory]
    [InlineData("/api/users/Ann@example.com")]
    [InlineData("/api/users/getByEmail?email=ann%40example.com")]
    [InlineData("/api/users/byUserId/u%2F1")]
    [InlineData("/api/users/byUserId?userId=u%2F1")]
    public async Task A_user_is_read_by_either_identifier_with_fields_times_and_lists(string path)
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", "u/1", "{\"a\":1}"));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await PostAsync("/api/users/update", Member("ann@example.com", dataFields: "{\"a\":2}"));

        var expected = $$$$"""
            {"user":{"email":"ann@example.com","userId":"u/1","dataFields":{"email":"ann@example.com","userId":"u/1",
            "signupDate":"2026-03-01 12:00:00 +00:00","profileUpdatedAt":"2026-03-01 12:05:00 +00:00","userListIds":[{{{{list}}}}],"a":2}}}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), (await GetAsync(path)).Text);
    }

    [Theory]
    [InlineData(ProjectType.Email, "emailListIds")]
    [InlineData(ProjectType.UserId, "userListIds")]
    [InlineData(ProjectType.Hybrid, "userListIds")]
    public async Task The_field_with_the_lists_depends_on_the_type_of_the_project(ProjectType type, string field)
    {
        State.Configure(Key, settings => settings with { Type = type });
        var (list, other) = (NewList(), NewList());
        await SubscribeAsync(list, Member("ann@example.com", "1"));
        await SubscribeAsync(other, Member("ann@example.com", "1"));
        await UnsubscribeAsync(other, Member("ann@example.com", "1"));

        var fields = (await GetAsync("/api/users/ann@example.com")).Json.GetProperty("user").GetProperty("dataFields");

        Assert.Equal($"[{list}]", fields.GetProperty(field).GetRawText());
    }

    [Theory]
    [InlineData("/api/users/nobody@example.com")]
    [InlineData("/api/users/getByEmail?email=nobody%40example.com")]
    [InlineData("/api/users/byUserId/nobody")]
    [InlineData("/api/users/byUserId?userId=nobody")]
    public async Task An_unknown_user_is_an_empty_object(string path)
    {
        // Named in an unsubscribe, and still unknown.
        await UnsubscribeAsync(NewList(), Member("nobody@example.com"), Member(userId: "nobody"));

        var answer = await GetAsync(path);

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("/api/users/bad", "InvalidEmailAddressError")]
    [InlineData("/api/users/getByEmail?email=bad", "InvalidEmailAddressError")]
    [InlineData("/api/users/getByEmail", "InvalidEmailAddressError")]
    [InlineData("/api/users/byUserId", "InvalidUserIdError")]
    [InlineData("/api/users/byUserId/%C3%A4", "InvalidUserIdError")]
    [InlineData("/api/events/bad", "InvalidEmailAddressError")]
    public async Task A_malformed_identifier_is_refused(string path, string code)
    {
        var answer = await GetAsync(path);

        Assert.Equal((400, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Fixed_paths_are_not_email_addresses()
    {
        Assert.Equal("InvalidUserIdError", (await GetAsync("/api/users/byUserId")).Code);
        Assert.True((await GetAsync("/api/users/getFields")).Json.TryGetProperty("fields", out _));
        Assert.True((await GetAsync("/api/users/forgotten")).Json.TryGetProperty("hashedEmails", out _));
        Assert.True((await GetAsync("/api/users/forgottenUserIds")).Json.TryGetProperty("hashedUserIds", out _));
        Assert.Equal(404, (await GetAsync("/api/users/getSentMessages?email=ann@example.com")).Status);
    }

    [Fact]
    public async Task The_fields_of_users_come_with_their_types()
    {
        await PostAsync("/api/users/update", Member("ann@example.com", dataFields: "{\"age\":3,\"address\":{\"city\":\"Ulm\",\"since\":\"2026-03-01 12:00:00 +00:00\"}}"));

        var expected = """
            {"fields":{"email":"string","userId":"string","signupDate":"date","profileUpdatedAt":"date","userListIds":"number",
            "address.city":"string","address.since":"date","age":"number"}}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), (await GetAsync("/api/users/getFields")).Text);
    }

    [Fact]
    public async Task Forgotten_users_are_listed_as_hashes_of_their_identifiers_in_lower_case()
    {
        State.Forget(Key, email: "Ann@example.com");
        State.Forget(Key, userId: "U1");

        var emails = (await GetAsync("/api/users/forgotten")).Json.GetProperty("hashedEmails");
        var userIds = (await GetAsync("/api/users/forgottenUserIds")).Json.GetProperty("hashedUserIds");

        Assert.Equal(Hash("ann@example.com"), Assert.Single(emails.EnumerateArray()).GetString());
        Assert.Equal(Hash("u1"), Assert.Single(userIds.EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData(ProjectType.UserId, "/api/users/forgotten")]
    [InlineData(ProjectType.Email, "/api/users/forgottenUserIds")]
    public async Task Forgotten_users_are_listed_only_by_their_identifiers(ProjectType type, string path)
    {
        State.Configure(Key, settings => settings with { Type = type });

        Assert.Equal("BadParams", (await GetAsync(path)).Code);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
