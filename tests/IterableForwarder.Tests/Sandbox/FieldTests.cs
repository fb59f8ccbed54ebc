namespace IterableForwarder.Tests.Sandbox;

public sealed class FieldTests : SandboxTest
{
    [Fact]
    public async Task New_fields_are_named_once()
    {
        var list = NewList();

        var first = await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"age\":30,\"home\":{\"city\":\"Ulm\"}}"));
        var second = await SubscribeAsync(list, Member("bob@example.com", dataFields: "{\"age\":31}"));

        Assert.Equal(["age", "home", "home.city"], first.Names("createdFields"));
        Assert.Empty(second.Names("createdFields"));
    }

    [Theory]
    [InlineData("30", "\"thirty\"", "number", "string")]
    [InlineData("true", "1", "boolean", "number")]
    [InlineData("\"2026-01-02 03:04:05 +00:00\"", "\"soon\"", "date", "string")]
    [InlineData("[1]", "1", "array", "number")]
    [InlineData("{}", "[]", "object", "array")]
    public async Task A_value_of_another_type_refuses_the_whole_request(string first, string second, string expected, string incoming)
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", dataFields: $"{{\"field\":{first}}}"));

        var answer = await SubscribeAsync(list, Member("bob@example.com"), Member("cat@example.com", dataFields: $"{{\"field\":{second},\"fresh\":1}}"));

        var error = answer.Json.GetProperty("params").GetProperty("validationErrors").GetProperty("field");
        Assert.Equal((400, "RequestFieldsTypesMismatched"), (answer.Status, answer.Code));
        Assert.Equal((expected, incoming), (error.GetProperty("expectedType").GetString(), error.GetProperty("incomingTypes")[0].GetString()));
        Assert.Equal("ann@example.com", Assert.Single(State.Members(list)).Email);
    }

    [Fact]
    public async Task A_refused_request_does_not_determine_types()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"age\":30}"));
        await SubscribeAsync(list, Member("bob@example.com", dataFields: "{\"fresh\":1,\"age\":\"x\"}"));

        Assert.Equal(["fresh"], (await SubscribeAsync(list, Member("bob@example.com", dataFields: "{\"fresh\":\"text\"}"))).Names("createdFields"));
    }

    [Fact]
    public async Task Types_that_clash_within_one_request_refuse_it()
    {
        var answer = await SubscribeAsync(NewList(), Member("ann@example.com", dataFields: "{\"age\":30}"), Member("bob@example.com", dataFields: "{\"age\":\"x\"}"));

        Assert.Equal("RequestFieldsTypesMismatched", answer.Code);
        Assert.Empty(State.Users(Key));
    }

    [Fact]
    public async Task A_null_fits_any_field_and_a_date_fits_a_text()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"a\":1,\"t\":\"x\"}"));

        var answer = await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"a\":null,\"t\":\"2026-01-02 03:04:05 +00:00\"}"));

        Assert.Equal(1, answer.Succeeded);
    }

    [Fact]
    public async Task Each_key_types_its_own_fields()
    {
        await PostAsync("/api/users/update", Member("ann@example.com", dataFields: "{\"a\":1}"), "one");

        Assert.Equal(200, (await PostAsync("/api/users/update", Member("ann@example.com", dataFields: "{\"a\":\"x\"}"), "two")).Status);
    }

    [Fact]
    public async Task Fields_are_merged_at_the_top_and_objects_only_when_asked()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"keep\":1,\"home\":{\"city\":\"Ulm\"}}"));

        await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"home\":{\"zip\":\"1\"},\"new\":2}", more: "\"mergeNestedObjects\":true"));
        Assert.Equal("{\"keep\":1,\"home\":{\"city\":\"Ulm\",\"zip\":\"1\"},\"new\":2}", Assert.Single(State.Members(list)).DataFields);

        await SubscribeAsync(list, Member("ann@example.com", dataFields: "{\"home\":{\"zip\":\"2\"}}"));
        Assert.Equal("{\"keep\":1,\"home\":{\"zip\":\"2\"},\"new\":2}", Assert.Single(State.Members(list)).DataFields);
    }

    [Fact]
    public async Task A_value_or_a_name_that_no_field_accepts_fails_its_member_alone()
    {
        var answer = await SubscribeAsync(
            NewList(),
            Member("ann@example.com", dataFields: $"{{\"text\":\"{new string('x', 32_767)}\"}}"),
            Member(userId: "2", dataFields: "{\"\":1}"),
            Member("cat@example.com", dataFields: "{\"text\":\"short\"}"));

        Assert.Equal((1, 2), (answer.Succeeded, answer.Failed));
        Assert.Equal(["ann@example.com"], answer.FailedUpdates("invalidDataEmails"));
        Assert.Equal(["2"], answer.FailedUpdates("invalidDataUserIds"));
    }
}
