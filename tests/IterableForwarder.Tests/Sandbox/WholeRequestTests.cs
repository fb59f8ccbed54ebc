using Iterable.Sandbox;

namespace IterableForwarder.Tests.Sandbox;

public sealed class WholeRequestTests : SandboxTest
{
    protected override SandboxOptions Options => base.Options with { MaxBodyBytes = 20_000 };

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    [InlineData("{\"listId\":1,\"subscribers\":[]} trailing")]
    public async Task A_body_that_is_not_a_JSON_object_is_refused(string body)
    {
        var answer = await PostAsync("/api/lists/subscribe", body);

        Assert.Equal((400, "BadJsonBody"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("{\"subscribers\":[]}", "listId")]
    [InlineData("{\"listId\":1}", "subscribers")]
    [InlineData("{\"listId\":\"1\",\"subscribers\":[]}", "listId")]
    [InlineData("{\"listId\":1.5,\"subscribers\":[]}", "listId")]
    [InlineData("{\"listId\":1,\"subscribers\":{}}", "subscribers")]
    [InlineData("{\"listId\":1,\"subscribers\":[{},7]}", "subscribers[1]")]
    [InlineData("{\"listId\":1,\"subscribers\":[{\"email\":7}]}", "subscribers[0].email")]
    [InlineData("{\"listId\":1,\"subscribers\":[{},{\"dataFields\":[]}]}", "subscribers[1].dataFields")]
    [InlineData("{\"listId\":1,\"subscribers\":[{\"preferUserId\":1}]}", "subscribers[0].preferUserId")]
    [InlineData("{\"listId\":1,\"subscribers\":[],\"updateExistingUsersOnly\":\"yes\"}", "updateExistingUsersOnly")]
    public async Task A_wrong_shape_refuses_the_whole_request_and_names_the_path(string body, string path)
    {
        State.AddList(Key, "A list", id: 1);

        var answer = await PostAsync("/api/lists/subscribe", body);

        Assert.Equal((400, "BadParams"), (answer.Status, answer.Code));
        Assert.True(answer.Json.GetProperty("params").TryGetProperty(path, out _));
    }

    [Fact]
    public async Task Too_many_members_are_refused_as_a_batch_too_large()
    {
        State.Configure(Key, settings => settings with { MaxMembersPerCall = 1 });
        var list = NewList();

        Assert.Equal((400, "BatchTooLarge"), await StatusAndCode(SubscribeAsync(list, Member("a@example.com"), Member("b@example.com"))));
        Assert.Equal(1, (await SubscribeAsync(list, Member("a@example.com"))).Succeeded);
    }

    [Fact]
    public async Task Too_many_bytes_are_answered_with_413_and_a_page()
    {
        var list = NewList();
        var body = $"{{\"listId\":{list},\"subscribers\":[]}}";

        Assert.Equal(200, (await PostAsync("/api/lists/subscribe", body.PadRight(20_000))).Status);
        var answer = await PostAsync("/api/lists/subscribe", body.PadRight(20_001));

        Assert.Equal((413, "text/html"), (answer.Status, answer.MediaType));
    }

    [Fact]
    public void Four_million_bytes_are_the_default()
    {
        Assert.Equal(4_000_000, new SandboxOptions().MaxBodyBytes);
    }

    [Fact]
    public async Task Success_and_errors_have_the_same_three_fields()
    {
        var error = await GetAsync("/api/lists", key: null);
        var success = await PostAsync("/api/users/update", Member("ann@example.com"));

        Assert.All([error, success], answer => Assert.Equal(["msg", "code", "params"], answer.Json.EnumerateObject().Select(field => field.Name)));
    }

    private static async Task<(int Status, string? Code)> StatusAndCode(Task<Answer> call)
    {
        var answer = await call;
        return (answer.Status, answer.Code);
    }
}
