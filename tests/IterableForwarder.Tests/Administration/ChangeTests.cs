using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration;

/// <summary>A request changes what it names, and nothing unseen.</summary>
public sealed class ChangeTests
{
    private const string Projects = "/api/v1/projects";
    private const string Connections = "/api/v1/connections";
    private const string Streams = "/api/v1/streams";

    private const string Stream =
        """
        "name":"Product","identifier":{"property":"user_id","type":"userId"},"mappings":{"email":"user_properties.email","campaignId":"event_properties.c"},
        "events":{"enabled":true,"include":[{"eventType":"Purchase","filters":[{"property":"event_properties.plan","op":"is","values":["pro"]}]}],
                  "properties":["event_properties.plan"]},
        "users":{"enabled":true,"properties":["user_properties.tier"],"mergeNestedObjects":true}
        """;

    [Fact]
    public async Task P0_2_A_put_of_a_part_of_a_project_is_refused_and_resets_nothing()
    {
        await using var host = await TestService.StartAsync();
        var id = (string)(await host.PostAsync(Projects, EuropeanProject)).Expect(201)["id"]!;
        var before = await host.GetAsync($"{Projects}/{id}");

        Assert.Equal(["budgets", "dataCenter", "type", "userId"], (await host.PutAsync($"{Projects}/{id}", """{"name":"eu","apiKey":"k-eu-2"}""")).ExpectErrors());
        var faulty = """{"name":" ","dataCenter":null,"type":"hybrid","userId":"mpid","budgets":{"lists":0,"users":7},"colour":"red"}""";
        Assert.Equal(["budgets.events", "budgets.lists", "colour", "dataCenter", "name"], (await host.PutAsync($"{Projects}/{id}", faulty)).ExpectErrors());
        Assert.Equal(before.Text, (await host.GetAsync($"{Projects}/{id}")).Text);
        Assert.Equal(before.Text, (await host.PutAsync($"{Projects}/{id}", before.Text)).Text);
    }

    [Fact]
    public async Task P0_3_A_put_of_a_part_of_a_connection_is_refused_and_what_it_may_leave_out_stays()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project, ""","listId":7,"audienceId":"a","campaignId":9,"requireEmail":false,"attributes":{"a":"b"}""");
        var before = await host.GetAsync($"{Connections}/{id}");

        Assert.Equal(
            ["attributes", "campaignId", "channelUnsubscribe", "updateExistingUsersOnly", "userId"],
            (await host.PutAsync($"{Connections}/{id}", """{"name":"B","listId":8}""")).ExpectErrors());
        const string All = "\"name\":\"B\",\"userId\":null,\"updateExistingUsersOnly\":true,\"campaignId\":null,\"channelUnsubscribe\":false,\"attributes\":{\"c\":\"d\"}";
        Assert.Equal(["listId"], (await host.PutAsync($"{Connections}/{id}", $$"""{{{All}}}""")).ExpectErrors());
        Assert.Equal(before.Text, (await host.GetAsync($"{Connections}/{id}")).Text);

        var after = (await host.PutAsync($"{Connections}/{id}", $$"""{{{All}},"listId":8}""")).Expect(200);
        Assert.Equal(("a", false, 8), ((string)after["audienceId"]!, (bool)after["requireEmail"]!, (long)after["listId"]!));
        Assert.Equal(("""{"c":"d"}""", null), (after["attributes"]!.ToJsonString(), after["campaignId"]));
    }

    [Fact]
    public async Task A_put_of_a_part_of_a_stream_is_refused_and_what_is_left_out_within_stays()
    {
        await using var host = await TestService.StartAsync();
        var id = await AddStreamAsync(host);
        var before = await host.GetAsync($"{Streams}/{id}");

        Assert.Equal(["events", "identifier", "mappings", "users"], (await host.PutAsync($"{Streams}/{id}", """{"name":"B"}""")).ExpectErrors());
        Assert.Equal(before.Text, (await host.GetAsync($"{Streams}/{id}")).Text);
        Assert.Equal(before.Text, (await host.PutAsync($"{Streams}/{id}", before.Text)).Text);
        var after = (await host.PutAsync($"{Streams}/{id}", """{"name":"B","identifier":{"property":"device_id"},"mappings":{},"events":{"enabled":false},"users":{}}""")).Expect(200);
        Assert.Equal("""{"property":"device_id","type":"userId"}""", after["identifier"]!.ToJsonString());
        Assert.Empty(after["mappings"]!.AsObject());
        Assert.Equal((false, 1), ((bool)after["events"]!["enabled"]!, after["events"]!["include"]!.AsArray().Count));
        Assert.True((bool)after["users"]!["mergeNestedObjects"]!);
    }

    [Theory]
    [InlineData("application/merge-patch+json")]
    [InlineData("application/json")]
    public async Task A_patch_of_a_project_changes_what_it_names(string mediaType)
    {
        await using var host = await TestService.StartAsync();
        var id = (string)(await host.PostAsync(Projects, EuropeanProject)).Expect(201)["id"]!;

        async Task<JsonObject> PatchAsync(string json) => (await host.SendAsync(HttpMethod.Patch, $"{Projects}/{id}", json, mediaType: mediaType)).Expect(200);
        Assert.Equal("""{"lists":20,"users":7,"events":40}""", (await PatchAsync("""{"budgets":{"events":40}}"""))["budgets"]!.ToJsonString());
        var after = await PatchAsync("""{"name":"EU","segmentSecret":null,"budgets":{"lists":null},"dataCenter":"Eu"}""");
        Assert.Equal(("EU", "eu", "userId", "mpid", "k-eu"[^2..]), ((string)after["name"]!, (string)after["dataCenter"]!, (string)after["type"]!, (string)after["userId"]!, (string)after["apiKeyHint"]!));
        Assert.Equal("""{"lists":10,"users":7,"events":40}""", after["budgets"]!.ToJsonString());
        Assert.False((bool)after["hasSegmentSecret"]!);
        Assert.Equal("""{"lists":10,"users":5,"events":10}""", (await PatchAsync("""{"budgets":null}"""))["budgets"]!.ToJsonString());
        Assert.Equal((await host.GetAsync($"{Projects}/{id}")).Text, (await PatchAsync("{}")).ToJsonString());
    }

    [Theory]
    [InlineData("""{"name":null,"type":null,"userId":null,"dataCenter":null,"apiKey":null}""", "apiKey", "dataCenter", "name", "type", "userId")]
    [InlineData("""{"budgets":{"lists":0},"naem":"A"}""", "budgets.lists", "naem")]
    [InlineData("""{"budgets":{"lists":"ten"}}""", "budgets.lists")]
    [InlineData("""{"type":"email","dataCenter":"eu"}""", "type")]
    [InlineData("""[]""", "$")]
    [InlineData("""{"name":"A" """, "$")]
    [InlineData("", "$")]
    public async Task An_invalid_patch_of_a_project_changes_nothing(string patch, params string[] errors)
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync();
        var before = await host.GetAsync($"{Projects}/{id}");
        var response = await host.PatchAsync($"{Projects}/{id}", patch);
        Assert.Equal(errors, response.ExpectErrors());
        Assert.Equal(errors.Length, (int)response.Json["faultCount"]!);
        Assert.Equal(before.Text, (await host.GetAsync($"{Projects}/{id}")).Text);
    }

    [Fact]
    public async Task A_patch_of_a_connection_changes_what_it_names()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        var id = await host.AddConnectionAsync(project, ""","listId":7,"audienceId":"a","campaignId":9,"userId":"mpid","channelUnsubscribe":true,"attributes":{"a":"b","c":"d"}""");

        var after = (await host.PatchAsync($"{Connections}/{id}", """{"listId":8,"attributes":{"a":null,"e":"f"},"campaignId":null,"requireEmail":false}""")).Expect(200);
        Assert.Equal(("VIP", "a", "mpid", 8, true, false), ((string)after["name"]!, (string)after["audienceId"]!, (string)after["userId"]!, (long)after["listId"]!, (bool)after["channelUnsubscribe"]!, (bool)after["requireEmail"]!));
        Assert.Equal(("""{"c":"d","e":"f"}""", null), (after["attributes"]!.ToJsonString(), after["campaignId"]));

        after = (await host.PatchAsync($"{Connections}/{id}", """{"audienceId":null,"attributes":null,"channelUnsubscribe":null,"requireEmail":null,"userId":null}""")).Expect(200);
        Assert.Equal((null, "{}", null), ((string?)after["audienceId"], after["attributes"]!.ToJsonString(), (string?)after["userId"]));
        Assert.Equal((false, true), ((bool)after["channelUnsubscribe"]!, (bool)after["requireEmail"]!));
        Assert.Equal(["listId", "name"], (await host.PatchAsync($"{Connections}/{id}", """{"listId":null,"name":null}""")).ExpectErrors());
        Assert.Equal(["projectId"], (await host.PatchAsync($"{Connections}/{id}", """{"projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60"}""")).ExpectErrors());
    }

    [Fact]
    public async Task An_empty_patch_does_not_end_following_the_source()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync(), ""","listId":7,"source":"segment","audienceId":"a" """);
        await host.Directory.UpdateAsync(new FeedId(OpaqueId.Parse(id)), c => c with { FollowsSource = true, ListId = null, ListName = null }, default);

        Assert.True((bool)(await host.PatchAsync($"{Connections}/{id}", "{}")).Expect(200)["followsSource"]!);
        var renamed = (await host.PatchAsync($"{Connections}/{id}", """{"name":"Ours"}""")).Expect(200);
        Assert.Equal((false, null), ((bool)renamed["followsSource"]!, (long?)renamed["listId"]));
    }

    [Fact]
    public async Task A_patch_of_a_stream_changes_what_it_names()
    {
        await using var host = await TestService.StartAsync();
        var id = await AddStreamAsync(host);

        var after = (await host.PatchAsync($"{Streams}/{id}", """{"mappings":{"email":null},"events":{"properties":["event_properties.plan","user_properties.tier"]},"users":null}""")).Expect(200);
        Assert.Equal(("Product", "user_id"), ((string)after["name"]!, (string)after["identifier"]!["property"]!));
        Assert.Equal("""{"campaignId":"event_properties.c"}""", after["mappings"]!.ToJsonString());
        Assert.Equal((true, 1, 2), ((bool)after["events"]!["enabled"]!, after["events"]!["include"]!.AsArray().Count, after["events"]!["properties"]!.AsArray().Count));
        Assert.Equal((false, 0), ((bool)after["users"]!["enabled"]!, after["users"]!["properties"]!.AsArray().Count));
        Assert.Equal(
            ["events.include[0].filters[0].operator", "events.include[0].filters[0].values", "events.x", "identifier"],
            (await host.PatchAsync($"{Streams}/{id}", """{"identifier":null,"events":{"x":1,"include":[{"eventType":"A","filters":[{"property":"plan","op":"is","operator":"is"}]}]}}""")).ExpectErrors());
    }

    [Fact]
    public async Task Patches_of_different_settings_at_once_all_count()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddConnectionAsync(await host.AddProjectAsync());
        var fields = Enumerable.Range(0, 20).Select(i => $"f{i}").ToArray();

        var responses = await Task.WhenAll(fields.Select(f => host.PatchAsync($"{Connections}/{id}", $$$"""{"attributes":{"{{{f}}}":"a"}}""")));

        Assert.All(responses, a => a.Expect(200));
        Assert.Equal(fields.Order(StringComparer.Ordinal), (await host.GetAsync($"{Connections}/{id}")).Json["attributes"]!.AsObject().Select(a => a.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_merge_patch_is_for_patch_alone()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync();
        (await host.SendAsync(HttpMethod.Put, $"{Projects}/{id}", "{}", mediaType: "application/merge-patch+json")).ExpectProblem(415);
        (await host.SendAsync(HttpMethod.Post, Projects, "{}", mediaType: "application/merge-patch+json")).ExpectProblem(415);
        (await host.SendAsync(HttpMethod.Patch, $"{Projects}/{id}", "name=A", mediaType: "text/plain")).ExpectProblem(415);
    }

    private const string EuropeanProject =
        """{"name":"eu","apiKey":"k-eu","dataCenter":"EU","type":"userId","userId":"mpid","budgets":{"lists":20,"users":7,"events":30},"segmentSecret":"s"}""";

    private static async Task<string> AddStreamAsync(TestService host) =>
        (string)(await host.PostAsync(Streams, $$"""{"projectId":"{{await host.AddProjectAsync()}}",{{Stream}}}""")).Expect(201)["id"]!;
}
