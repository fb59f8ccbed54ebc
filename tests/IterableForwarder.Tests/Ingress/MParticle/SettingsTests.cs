using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>What is set at mParticle, and follows it.</summary>
public sealed class SettingsTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task Each_message_goes_to_the_list_it_names_and_the_connection_shows_the_newest()
    {
        service.Iterable.AddList("moved-key", "Old", 242);
        service.Iterable.AddList("moved-key", "New", 243);
        await service.AcceptAsync(MParticle.Change("moved-key", "a@example.com", list: "242", time: 1_000));
        await service.AcceptAsync(MParticle.Change("moved-key", "b@example.com", list: "243", time: 3_000));
        await service.AcceptAsync(MParticle.Change("moved-key", "c@example.com", list: "242", time: 2_000));

        var connection = await service.DeliveredOneAsync("moved-key");
        Assert.Equal(243, (long)connection["listId"]!);
        Assert.Equal(["a@example.com", "c@example.com"], service.MembersOf(242));
        Assert.Equal(["b@example.com"], service.MembersOf(243));
    }

    [Fact]
    public async Task A_late_message_does_not_reset_what_a_newer_one_only_confirmed()
    {
        await service.AcceptAsync(MParticle.Change("confirmed-key", list: "250", time: 1_000));
        await service.AcceptAsync(MParticle.Change("confirmed-key", list: "250", time: 3_000));
        await service.AcceptAsync(MParticle.Change("confirmed-key", list: "251", time: 2_000));
        var connections = (await service.GetAsync($"/api/v1/connections?projectId={service.ProjectOf("confirmed-key")}")).Items;
        Assert.Equal(250, (long)connections[0]!["listId"]!);
    }

    [Fact]
    public async Task A_list_that_cannot_be_used_is_a_warning_until_a_usable_one_comes()
    {
        service.Iterable.AddList("warned-key", "A list", 244);
        await service.AcceptAsync(MParticle.Change("warned-key", list: "", time: 1_000));
        var warned = await service.DeliveredOneAsync("warned-key");
        Assert.StartsWith("badListId", (string)Assert.Single(warned["warnings"]!.AsArray())!, StringComparison.Ordinal);
        await service.AcceptAsync(MParticle.Change("warned-key", list: "244", time: 2_000));
        var mended = await service.DeliveredOneAsync("warned-key");
        Assert.Empty(mended["warnings"]!.AsArray());
        Assert.Equal(244, (long)mended["listId"]!);
    }

    [Fact]
    public async Task The_user_id_field_counts_for_the_message_it_comes_with_and_the_project_shows_the_newest()
    {
        service.Iterable.AddList("field-key", "A list", 245);
        await service.AcceptAsync(MParticle.Change("field-key", "a@example.com", list: "245", time: 1_000, settings: ",\"userIdField\":\"mpid\""));
        await service.AcceptAsync(MParticle.Change("field-key", "b@example.com", list: "245", time: 3_000, settings: ",\"userIdField\":\"customerId\""));
        await service.AcceptAsync(MParticle.Change("field-key", "c@example.com", list: "245", time: 2_000, settings: ",\"userIdField\":\"mpid\"").Replace("12345\"", "678\"", StringComparison.Ordinal));
        await service.AcceptAsync(MParticle.Change("field-key", "d@example.com", list: "245", time: 4_000));

        await service.DeliveredOneAsync("field-key");
        Assert.Equal(["12345", "c-b@example.com", "678", "c-d@example.com"], service.Iterable.Members(245).Select(m => m.UserId!));
        Assert.Equal("customerId", (string?)(await service.GetAsync($"/api/v1/projects/{service.ProjectOf("field-key")}")).Json["userId"]);
    }

    [Fact]
    public async Task A_project_that_an_operator_changed_keeps_the_operators_rule()
    {
        await service.AcceptAsync(MParticle.Change("ruled-key", list: "1", settings: ",\"userIdField\":\"customerId\"", time: 1_000));
        var path = $"/api/v1/projects/{service.ProjectOf("ruled-key")}";
        (await service.PatchAsync(path, """{"name":"Ours","userId":"mpid"}""")).Expect(200);
        await service.AcceptAsync(MParticle.Change("ruled-key", list: "1", settings: ",\"userIdField\":\"customerId\"", time: 2_000));
        Assert.Equal("mpid", (string?)(await service.GetAsync(path)).Json["userId"]);
    }

    [Fact]
    public async Task A_subscription_creates_updates_closes_and_reopens_a_connection()
    {
        service.Iterable.AddList("subscribed-key", "Old", 246);
        service.Iterable.AddList("subscribed-key", "New", 247);
        var response = await service.AcceptAsync(MParticle.Subscription("subscribed-key", "add", "246", 1_000));
        Assert.Equal(["firehose_version", "id", "timestamp_ms", "type"], response.Select(a => a.Key).Order(StringComparer.Ordinal));
        Assert.Equal("audience_subscription_response", (string?)response["type"]);
        var made = await service.DeliveredOneAsync("subscribed-key");
        Assert.Equal((246, "VIP", "active", true), ((long)made["listId"]!, (string)made["name"]!, (string)made["state"]!, (bool)made["followsSource"]!));

        await service.AcceptAsync(MParticle.Change("subscribed-key", list: "246", time: 1_500));
        await service.AcceptAsync(MParticle.Subscription("subscribed-key", "update", "247", 2_000, name: "VIPs"));
        await service.AcceptAsync(MParticle.Subscription("subscribed-key", "remove", "247", 3_000, name: "VIPs"));
        var closed = await service.DeliveredOneAsync("subscribed-key");
        Assert.Equal((247, "VIPs", "closed", 1), ((long)closed["listId"]!, (string)closed["name"]!, (string)closed["state"]!, (long)closed["status"]!["delivered"]!));
        Assert.Single(service.MembersOf(246));

        await service.AcceptAsync(MParticle.Subscription("subscribed-key", "add", "247", 2_500));
        Assert.Equal("closed", (string?)(await service.DeliveredOneAsync("subscribed-key"))["state"]);
        await service.AcceptAsync(MParticle.Subscription("subscribed-key", "add", "247", 4_000));
        Assert.Equal("active", (string?)(await service.DeliveredOneAsync("subscribed-key"))["state"]);
    }

    [Fact]
    public async Task Removing_an_unknown_audience_and_unknown_actions_are_answered_and_create_nothing()
    {
        foreach (var action in (string[])["remove", "pause", ""])
            await service.AcceptAsync(MParticle.Subscription("never-key", action));
        Assert.False(service.Projects.TryGetByApiKey("never-key", out _));
    }

    [Fact]
    public async Task Known_provisioning_accepts_what_is_configured_and_refuses_other_messages_whole()
    {
        await using var known = await ForwarderFixture.StartAsync(("Ingest:MParticle:Provisioning", "known"));
        known.Iterable.AddList("known-key", "A list", 42);
        Assert.Contains("apiKey", (string)(await known.SendAsync(MParticle.Change("known-key"))).ExpectProblem(403)["detail"]!, StringComparison.Ordinal);
        (await known.SendAsync(MParticle.Subscription("known-key", "add"))).ExpectProblem(403);

        var project = (string)(await known.PostAsync("/api/v1/projects", """{"name":"Known","apiKey":"known-key"}""")).Expect(201)["id"]!;
        Assert.Contains("456", (string)(await known.SendAsync(MParticle.Change("known-key"))).ExpectProblem(403)["detail"]!, StringComparison.Ordinal);
        await known.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"VIP","source":"mparticle","audienceId":"456","listId":42}""");
        await known.AcceptAsync(MParticle.Change("known-key"));

        var half = MParticle.Change("known-key", "b@example.com").Replace("\"audiences\":[", "\"audiences\":[{\"audience_id\":789,\"action\":\"add\"},", StringComparison.Ordinal);
        (await known.SendAsync(half)).ExpectProblem(403);
        var nobodys = MParticle.Change("known-key", "c@example.com").Replace("\"audiences\":[", "\"audiences\":[{\"action\":\"add\"},", StringComparison.Ordinal);
        await known.AcceptAsync(nobodys);
        await known.DeliveredAsync(project);
        Assert.Equal(["a@example.com", "c@example.com"], known.MembersOf(42));
    }

    [Fact]
    public async Task MParticle_is_told_to_suspend_once_the_key_was_refused_for_long_and_what_arrives_is_still_kept()
    {
        await using var strict = await ForwarderFixture.StartAsync(("Ingest:MParticle:SuspendAfter", "00:00:00"), ("Delivery:ProbeEvery", "00:00:01"));
        strict.Iterable.AddList("refused-key", "A list", 42);
        strict.Iterable.Configure("refused-key", s => s with { Revoked = true });
        Assert.False((bool)(await strict.AcceptAsync(MParticle.Change("refused-key", "kept@example.com")))["suspend_subscription"]!);

        var project = $"/api/v1/projects/{strict.ProjectOf("refused-key")}";
        await strict.UntilAsync(project, a => (string?)a.Json["holdReason"] == "credentialsRejected");
        Assert.True((bool)(await strict.AcceptAsync(MParticle.Change("refused-key", "late@example.com")))["suspend_subscription"]!);

        strict.Iterable.Configure("refused-key", s => s with { Revoked = false });
        await strict.PostAsync(project + "/resume", "");
        await strict.DeliveredOneAsync("refused-key");
        Assert.Equal(["kept@example.com", "late@example.com"], strict.MembersOf(42));
        Assert.False((bool)(await strict.AcceptAsync(MParticle.Change("refused-key", "back@example.com")))["suspend_subscription"]!);
    }

    [Fact]
    public async Task What_arrives_while_the_key_is_refused_for_a_short_time_is_kept()
    {
        service.Iterable.AddList("briefly-key", "A list", 248);
        service.Iterable.Configure("briefly-key", s => s with { Revoked = true });
        await service.AcceptAsync(MParticle.Change("briefly-key", "a@example.com", list: "248"));
        var project = $"/api/v1/projects/{service.ProjectOf("briefly-key")}";
        await service.UntilAsync(project, a => (string?)a.Json["state"] == "held");
        Assert.False((bool)(await service.AcceptAsync(MParticle.Change("briefly-key", "b@example.com", list: "248")))["suspend_subscription"]!);

        service.Iterable.Configure("briefly-key", s => s with { Revoked = false });
        await service.PostAsync(project + "/resume", "");
        await service.DeliveredOneAsync("briefly-key");
        Assert.Equal(["a@example.com", "b@example.com"], service.MembersOf(248));
    }
}
