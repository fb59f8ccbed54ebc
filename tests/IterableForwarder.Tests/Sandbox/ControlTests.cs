using Iterable.Sandbox.Projects;

namespace IterableForwarder.Tests.Sandbox;

public sealed class ControlTests : SandboxTest
{
    [Fact]
    public async Task Health_says_ok()
    {
        Assert.Equal("{\"status\":\"ok\"}", (await GetAsync("/_sandbox/health")).Text);
    }

    [Fact]
    public async Task A_list_created_with_an_id_is_shown_with_its_members_and_sends()
    {
        await PostAsync("/_sandbox/lists", "{\"apiKey\":\"demo-key\",\"name\":\"VIP\",\"id\":77,\"type\":\"standard\"}");
        await SubscribeAsync(77, Member("bob@example.com"), Member("ann+x@example.com", "1", "{\"a\":1}"), Member("cat@example.com"));
        await UnsubscribeAsync(77, Member("cat@example.com"));

        var list = (await GetAsync("/_sandbox/lists?apiKey=demo-key")).Json[0];
        Assert.Equal("", list.GetProperty("description").GetString());
        Assert.Equal((77, "VIP", 2), (list.GetProperty("id").GetInt64(), list.GetProperty("name").GetString(), list.GetProperty("memberCount").GetInt32()));
        Assert.Equal(
            "[{\"email\":\"ann+x@example.com\",\"userId\":\"1\",\"dataFields\":{\"a\":1},\"adds\":1,\"removes\":0},"
            + "{\"email\":\"bob@example.com\",\"userId\":null,\"dataFields\":null,\"adds\":1,\"removes\":0}]",
            (await GetAsync("/_sandbox/lists/77/members")).Text);
        Assert.EndsWith(
            "{\"email\":\"cat@example.com\",\"userId\":null,\"isMember\":false,\"adds\":1,\"removes\":1}]",
            (await GetAsync("/_sandbox/lists/77/sends?apiKey=demo-key")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_missing_or_of_another_key_is_answered_with_404()
    {
        var list = NewList();

        Assert.Equal(404, (await GetAsync("/_sandbox/lists/12345/members")).Status);
        Assert.Equal(404, (await GetAsync($"/_sandbox/lists/{list}/members?apiKey=other")).Status);
        Assert.Equal(404, (await GetAsync($"/_sandbox/lists/{list}/sends?apiKey=other")).Status);
    }

    [Fact]
    public async Task An_id_in_use_is_refused_with_a_reason()
    {
        State.AddList(Key, "A", id: 5);

        var answer = await PostAsync("/_sandbox/lists", "{\"apiKey\":\"x\",\"name\":\"B\",\"id\":5}");

        Assert.Equal((400, "list 5 exists"), (answer.Status, answer.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task Users_and_events_are_shown()
    {
        await PostAsync("/api/events/track", "{\"eventName\":\"a\",\"email\":\"ann@example.com\",\"id\":\"e1\"}");

        Assert.Equal("ann@example.com", (await GetAsync("/_sandbox/users?apiKey=demo-key")).Json[0].GetProperty("email").GetString());
        Assert.Equal("e1", (await GetAsync("/_sandbox/events")).Json[0].GetProperty("id").GetString());
        Assert.Equal("[]", (await GetAsync("/_sandbox/users?apiKey=other")).Text);
    }

    [Fact]
    public async Task Calls_show_in_order_with_counts_and_the_end_of_the_key()
    {
        var list = NewList();
        await SubscribeAsync(list, Member("ann@example.com"), Member("bob@example.com"));
        await GetAsync($"/api/lists/{list}/size");

        var all = (await GetAsync("/_sandbox/calls")).Json;
        var filtered = (await GetAsync("/_sandbox/calls?path=/api/lists/subscribe")).Json.GetProperty("calls");

        Assert.Equal(2, all.GetProperty("total").GetInt64());
        Assert.Equal([1, 2], all.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("sequence").GetInt64()));
        Assert.Equal("/api/lists/{id}/size", all.GetProperty("counts")[1].GetProperty("path").GetString());
        var call = Assert.Single(filtered.EnumerateArray());
        Assert.Equal(("POST", "-key", 200, 2), (call.GetProperty("method").GetString(), call.GetProperty("apiKeyEnd").GetString(), call.GetProperty("status").GetInt32(), call.GetProperty("memberCount").GetInt32()));
        Assert.Contains("bob@example.com", call.GetProperty("body").GetString(), StringComparison.Ordinal);
        Assert.Equal(Clock.GetUtcNow(), call.GetProperty("time").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_project_is_changed_in_part()
    {
        await PostAsync("/_sandbox/projects", "{\"apiKey\":\"demo-key\",\"type\":\"userId\",\"limits\":{\"lists\":{\"calls\":1,\"perSeconds\":60}}}");
        await PostAsync("/_sandbox/projects", "{\"apiKey\":\"demo-key\",\"listVisibilityDelay\":\"00:00:05\",\"maxMembersPerCall\":10}");

        var settings = State.Settings(Key);
        Assert.Equal((ProjectType.UserId, 1, 5, 10), (settings.Type, settings.Limits.Lists.Calls, settings.Limits.UsersBulkUpdate.Calls, settings.MaxMembersPerCall!.Value));
        Assert.Equal(TimeSpan.FromSeconds(5), settings.ListVisibilityDelay);
        await GetAsync("/api/lists");
        Assert.Equal(429, (await GetAsync("/api/lists")).Status);
        await PostAsync("/_sandbox/projects", "{\"apiKey\":\"demo-key\",\"revoked\":true}");
        Assert.Equal(401, (await GetAsync("/api/lists")).Status);
    }

    [Fact]
    public async Task How_exports_go_is_a_setting_of_a_project()
    {
        await PostAsync("/_sandbox/projects", """
            {"apiKey":"demo-key","exportDuration":"00:01:00","exportsFail":true,"exportFileBytes":1000,"exportBytes":5000,"exportFilesPerPage":3,
            "limits":{"exportStarts":{"calls":2},"userForgetsPerDay":{"calls":7,"perSeconds":86400}}}
            """);
        await PostAsync("/_sandbox/projects", "{\"apiKey\":\"demo-key\",\"maxMembersPerCall\":10}");

        var settings = State.Settings(Key);
        Assert.Equal((TimeSpan.FromMinutes(1), true), (settings.ExportDuration, settings.ExportsFail));
        Assert.Equal((1000, 5000, 3), (settings.ExportFileBytes, settings.ExportBytes, settings.ExportFilesPerPage));
        Assert.Equal((2, 7, 1), (settings.Limits.ExportStarts.Calls, settings.Limits.UserForgetsPerDay.Calls, settings.Limits.ExportFiles.Calls));
    }

    [Fact]
    public async Task A_user_is_forgotten()
    {
        await PostAsync("/_sandbox/forgotten", "{\"apiKey\":\"demo-key\",\"email\":\"ann@example.com\"}");

        Assert.Equal(["ann@example.com"], (await SubscribeAsync(NewList(), Member("ann@example.com"))).FailedUpdates("forgottenEmails"));
    }

    [Fact]
    public async Task Faults_are_added_shown_and_removed()
    {
        var added = await PostAsync("/_sandbox/faults", "{\"kind\":\"appliedThenLost\",\"path\":null,\"times\":null,\"whenBodyContains\":\"x\"}");
        await PostAsync("/_sandbox/faults", "{\"kind\":\"status\",\"status\":500}");

        var id = added.Json.GetProperty("id").GetInt64();
        Assert.Equal("appliedThenLost", (await GetAsync("/_sandbox/faults")).Json[0].GetProperty("fault").GetProperty("kind").GetString());
        Assert.Equal(200, (await DeleteAsync($"/_sandbox/faults/{id}")).Status);
        Assert.Equal(404, (await DeleteAsync($"/_sandbox/faults/{id}")).Status);
        Assert.Equal(500, (await GetAsync("/api/lists")).Status);
        await DeleteAsync("/_sandbox/faults");
        Assert.Equal(200, (await GetAsync("/api/lists")).Status);
    }

    [Theory]
    [InlineData("/_sandbox/faults", "{\"kind\":\"sttus\"}")]
    [InlineData("/_sandbox/faults", "{\"kind\":\"status\",\"tmes\":3}")]
    [InlineData("/_sandbox/faults", "{\"kind\":\"delay\"}")]
    [InlineData("/_sandbox/faults", "{\"path\":\"/api/lists\"}")]
    [InlineData("/_sandbox/lists", "{\"name\":\"x\"}")]
    [InlineData("/_sandbox/projects", "{\"apiKey\":\"k\",\"limits\":{\"lists\":{\"calls\":0}}}")]
    [InlineData("/_sandbox/projects", "{\"apiKey\":\"k\",\"limits\":{\"exportStarts\":{\"calls\":0}}}")]
    [InlineData("/_sandbox/projects", "{\"apiKey\":\"k\",\"exportFileBytes\":0}")]
    [InlineData("/_sandbox/projects", "{\"apiKey\":\"k\",\"exportDuration\":\"-00:00:01\"}")]
    [InlineData("/_sandbox/forgotten", "{\"apiKey\":\"k\"}")]
    [InlineData("/_sandbox/faults", "nonsense")]
    public async Task An_invalid_control_request_is_refused_with_a_reason(string path, string body)
    {
        var answer = await PostAsync(path, body);

        Assert.Equal(400, answer.Status);
        Assert.NotEmpty(answer.Json.GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task Reset_forgets_everything()
    {
        await SubscribeAsync(NewList(), Member("ann@example.com"));
        State.Configure(Key, settings => settings with { Revoked = true });
        await PostAsync("/_sandbox/faults", "{\"kind\":\"reset\"}");

        await PostAsync("/_sandbox/reset", "");

        Assert.Empty(State.Lists());
        Assert.Empty(State.Users());
        Assert.Empty(State.Calls());
        Assert.Equal(0, State.CallsReceived());
        Assert.Equal("{\"lists\":[]}", (await GetAsync("/api/lists")).Text);
    }
}
