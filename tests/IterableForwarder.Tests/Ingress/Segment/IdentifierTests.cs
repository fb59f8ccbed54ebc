using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>Where the identifiers stand can be said on a connection.</summary>
public sealed class IdentifierTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task The_paths_are_shown_as_they_were_given_kept_over_a_restart_and_replaced()
    {
        await using var own = await ForwarderFixture.StartAsync();
        var project = await own.AddProjectAsync("paths-key");
        var plain = await own.AddSegmentConnectionAsync(project, "\"listId\":1", "plain");
        var id = await own.AddSegmentConnectionAsync(project, "\"listId\":1,\"identifiers\":{\"email\":[\"context.traits.mail\",\"traits.email\"],\"userId\":[]}");
        await own.RestartAsync();
        Assert.Null((await own.GetAsync($"/api/v1/connections/{plain}")).Expect(200)["identifiers"]);
        Assert.Equal("""{"email":["context.traits.mail","traits.email"],"userId":[]}""", (await own.GetAsync($"/api/v1/connections/{id}")).Expect(200)["identifiers"]!.ToJsonString());

        var changed = (await own.PatchAsync($"/api/v1/connections/{id}", """{"identifiers":{"email":null,"userId":["context.externalId"]}}""")).Expect(200);
        Assert.Equal("""{"email":null,"userId":["context.externalId"]}""", changed["identifiers"]!.ToJsonString());
        Assert.Null((await own.PatchAsync($"/api/v1/connections/{id}", """{"identifiers":null}""")).Expect(200)["identifiers"]);
    }

    [Fact]
    public async Task Every_error_of_them_is_named()
    {
        var project = await service.AddProjectAsync("errors-key");
        var long201 = new string('a', 201);
        var response = await service.PostAsync(
            "/api/v1/connections",
            $$$"""{"projectId":"{{{project}}}","name":"VIP","source":"segment","audienceId":"vip","listId":0,"identifiers":{"email":["traits.email",""," ","a..b",".a","a.",null,"{{{long201}}}"],"userId":["1","2","3","4","5","6","7","8","9","10","11"]}}""");
        Assert.Equal(
            ["identifiers.email[1]", "identifiers.email[2]", "identifiers.email[3]", "identifiers.email[4]", "identifiers.email[5]", "identifiers.email[6]", "identifiers.email[7]", "identifiers.userId", "listId"],
            response.ExpectErrors());
        var none = await service.PostAsync("/api/v1/connections", $$$"""{"projectId":"{{{project}}}","name":"VIP","source":"segment","audienceId":"vip","listId":1,"identifiers":{"email":[],"userId":[]}}""");
        Assert.Equal(["identifiers.userId"], none.ExpectErrors());
        (await service.PostAsync("/api/v1/connections", $$$"""{"projectId":"{{{project}}}","name":"VIP","source":"segment","audienceId":"vip","listId":1,"identifiers":{"email":"traits.email"}}""")).ExpectProblem(400);
    }

    [Fact]
    public async Task What_is_changed_counts_for_the_next_event()
    {
        var project = await service.AddProjectAsync("change-key");
        service.Iterable.AddList("change-key", "A list", 701);
        var id = await service.AddSegmentConnectionAsync(project, "\"listId\":701");
        string Event(string id) => SegmentWire.Identify("traits@example.com", list: "701", id: id, traits: $$""","mail":"{{id}}@example.com","first_name":"Ann" """);
        await service.AcceptEventsAsync(project, Event("one"));
        await service.DeliveredAsync(project);
        (await service.PatchAsync($"/api/v1/connections/{id}", """{"attributes":{"name":"first_name"},"identifiers":{"email":["traits.mail"],"userId":[]}}""")).Expect(200);
        await service.AcceptEventsAsync(project, Event("two"));
        await service.DeliveredAsync(project);
        Assert.Equal(
            ["""[{"email":"traits@example.com","userId":"u-traits@example.com"}]""", """[{"email":"two@example.com","dataFields":{"name":"Ann"}}]"""],
            service.BodiesOf("/api/lists/subscribe", 701).Select(b => b["subscribers"]!.ToJsonString()));
    }
}
