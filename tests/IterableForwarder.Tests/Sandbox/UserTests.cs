namespace IterableForwarder.Tests.Sandbox;

public sealed class UserTests : SandboxTest
{
    [Fact]
    public async Task BulkUpdate_creates_users_and_reports_who_did_not_change()
    {
        await BulkAsync(Member("ann@example.com", dataFields: "{\"a\":1}"), Member(userId: "2"));

        var answer = await BulkAsync(Member("ann@example.com", dataFields: "{\"a\":1}"), Member(userId: "2"), Member("bob@example.com"));

        Assert.Equal(3, answer.Succeeded);
        Assert.Equal(["ann@example.com"], answer.Names("noOpEmails"));
        Assert.Equal(["2"], answer.Names("noOpUserIds"));
        Assert.Equal(3, State.UserCount(Key));
    }

    [Fact]
    public async Task BulkUpdate_without_new_fields_drops_and_names_them()
    {
        await BulkAsync(Member("ann@example.com", dataFields: "{\"known\":1}"));

        var answer = await PostAsync("/api/users/bulkUpdate", $"{{\"createNewFields\":false,\"users\":[{Member("bob@example.com", dataFields: "{\"known\":2,\"new\":3}")}]}}");

        Assert.Equal(["new"], answer.Names("filteredOutFields"));
        Assert.Equal("{\"known\":2}", State.Users(Key)[1].DataFields);
    }

    [Fact]
    public async Task BulkUpdate_needs_users()
    {
        Assert.Equal("BadParams", (await PostAsync("/api/users/bulkUpdate", "{}")).Code);
    }

    [Fact]
    public async Task Update_answers_with_the_envelope()
    {
        var answer = await PostAsync("/api/users/update", Member("Ann@example.com", "1", "{\"a\":1}"));

        Assert.Equal((200, "Success"), (answer.Status, answer.Code));
        Assert.Equal("ann@example.com", Assert.Single(State.Users(Key)).Email);
    }

    [Theory]
    [InlineData("{\"email\":\"bad\"}", 400, "InvalidEmailAddressError")]
    [InlineData("{\"userId\":\"\"}", 400, "InvalidUserIdError")]
    [InlineData("{\"email\":\"gone@example.com\"}", 409, "ForgottenUserError")]
    [InlineData("{\"email\":\"ann@example.com\",\"userId\":\"other\"}", 409, "ExternalKeyConflict")]
    [InlineData("{\"email\":\"ann@example.com\",\"dataFields\":{\"a\":\"x\"}}", 400, "RequestFieldsTypesMismatched")]
    [InlineData("{\"email\":\"ann@example.com\",\"dataFields\":{\"\":1}}", 400, "BadParams")]
    [InlineData("{}", 400, "BadParams")]
    public async Task Update_fails_as_a_whole_with_a_code(string body, int status, string code)
    {
        State.Forget(Key, email: "gone@example.com");
        await PostAsync("/api/users/update", Member("ann@example.com", "1", "{\"a\":1}"));

        var answer = await PostAsync("/api/users/update", body);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    private Task<Answer> BulkAsync(params string[] users) => PostAsync("/api/users/bulkUpdate", $"{{\"users\":[{string.Join(',', users)}]}}");
}
