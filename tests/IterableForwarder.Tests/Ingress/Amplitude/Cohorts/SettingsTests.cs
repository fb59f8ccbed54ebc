using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using static IterableForwarder.Tests.Ingress.Amplitude.Cohorts.CohortWire;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>What a cohort's messages say of its connection and list.</summary>
public sealed class SettingsTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Fact]
    public async Task A_cohort_that_is_renamed_gives_its_connection_the_name_and_keeps_its_list()
    {
        var project = await service.MakeProjectAsync("c-renamed");
        await service.AcceptCohortAsync(project, Enter("a", time: "1000", name: "Old"));
        await service.TheCohortAsync(project);

        await service.AcceptCohortAsync(project, Enter("b", time: "2000", name: "New"));
        await service.AcceptCohortAsync(project, Exit("a", time: "2000", name: "New"));

        Assert.Equal(["b@example.com"], await service.OnListAsync(project, "c-renamed", "[Amplitude] Old"));
        var connection = await service.TheCohortAsync(project);
        Assert.Equal(("New", "[Amplitude] Old"), ((string)connection["name"]!, (string)connection["listName"]!));
        Assert.Single(service.Iterable.Lists("c-renamed"));
    }

    [Fact]
    public async Task A_cohort_that_is_renamed_before_its_list_was_created_has_one_list()
    {
        var project = await service.MakeProjectAsync("c-renamed-early");
        service.Iterable.AddFault(new Fault { Kind = FaultKind.Status, ApiKey = "c-renamed-early" });
        await service.AcceptCohortAsync(project, Enter("a", time: "1000", name: "Old"));
        await service.AcceptCohortAsync(project, Enter("b", time: "2000", name: "New"));
        service.Iterable.RemoveFaults();

        Assert.Equal(["a@example.com", "b@example.com"], await service.OnListAsync(project, "c-renamed-early", "[Amplitude] Old"));
        Assert.Equal("New", (string)(await service.TheCohortAsync(project))["name"]!);
        Assert.Single(service.Iterable.Lists("c-renamed-early"));
    }

    [Fact]
    public async Task A_late_message_does_not_restore_an_old_name()
    {
        var project = await service.MakeProjectAsync("c-late-name");
        await service.AcceptCohortAsync(project, Enter("a", time: "1000", name: "Old"));
        await service.AcceptCohortAsync(project, Enter("b", time: "3000", name: "New"));
        await service.AcceptCohortAsync(project, Enter("c", time: "2000", name: "Old"));
        Assert.Equal("New", (string)(await service.TheCohortAsync(project))["name"]!);
    }

    [Fact]
    public async Task What_an_operator_changed_keeps_its_settings()
    {
        var project = await service.MakeProjectAsync("c-operator");
        var list = service.Iterable.AddList("c-operator", "By hand").Id;
        await service.AcceptCohortAsync(project, Enter("before", time: "1000"));
        var connection = await service.TheCohortAsync(project);
        Assert.True((bool)connection["followsSource"]!);

        var changed = (await service.PatchAsync($"/api/v1/connections/{connection["id"]}", $$"""{"name":"Mine","listId":{{list}}}""")).Expect(200);
        Assert.False((bool)changed["followsSource"]!);
        await service.AcceptCohortAsync(project, Enter("after", time: "2000", name: "New"));

        Assert.Equal(["after@example.com"], await service.OnListAsync(project, "c-operator", "By hand"));
        Assert.Equal(["before@example.com"], await service.OnListAsync(project, "c-operator"));
        Assert.Equal("Mine", (string)(await service.TheCohortAsync(project))["name"]!);
    }

    [Fact]
    public async Task A_new_cohort_is_accepted_whatever_Iterable_answers_and_its_list_is_created_once()
    {
        var project = await service.MakeProjectAsync("c-outage");
        service.Iterable.AddFault(new Fault { Kind = FaultKind.Status, ApiKey = "c-outage" });
        var users = Enumerable.Range(10, 8).Select(i => $"u{i}").ToArray();
        await Task.WhenAll(users.Select(u => service.AcceptCohortAsync(project, Enter(u))));
        Assert.Empty(service.Iterable.Lists("c-outage"));
        service.Iterable.RemoveFaults();

        Assert.Equal(users.Select(u => $"{u}@example.com"), await service.OnListAsync(project, "c-outage"));
        Assert.Single(await service.DeliveredAsync(project));
        Assert.Single(service.Iterable.Lists("c-outage"));
    }

    [Fact]
    public async Task Identifiers_are_read_from_the_connections_paths_in_both_forms()
    {
        var project = await service.MakeProjectAsync("c-identifiers");
        service.Iterable.AddList("c-identifiers", "A list", 4301);
        foreach (var audience in new[] { "7khm89cz", "lists/A" })
            (await service.PostAsync("/api/v1/connections", $$$"""{"projectId":"{{{project}}}","name":"By hand","source":"amplitude","audienceId":"{{{audience}}}","listId":4301,"identifiers":{"email":["user_properties.mail","user_id"],"userId":["user_properties.crm.id"]}}""")).Expect(201);
        await service.AcceptCohortAsync(
            project,
            """
            {"cohort_name":"VIP","cohort_id":"7khm89cz","in_cohort":true,"message_id":"m-1","users":[
              {"user_id":"Ann@Example.com"},{"user_id":"x","user_properties":{"mail":"bob@example.com","crm":{"id":42.0},"email":"other@example.com"}},{"user_id":"cat@example.com","user_properties":{"mail":" ","crm":{"id":"c-3"}}}]}
            """);
        var list = (string)(await service.PostAsync($"/ingest/amplitude/{project}/lists", """{"name":"A"}""")).Expect(200)["id"]!;
        (await service.PostAsync($"/ingest/amplitude/{project}/lists/{list}/add", """{"userIds":["dan@example.com"]}""")).Expect(200);

        await service.DeliveredAsync(project);
        Assert.Equal(
            ["ann@example.com ", "bob@example.com 42", "cat@example.com c-3", "dan@example.com "],
            service.Iterable.Members(4301).Select(m => $"{m.Email} {m.UserId}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_was_deleted_is_created_again()
    {
        var project = await service.MakeProjectAsync("c-deleted");
        await service.AcceptCohortAsync(project, Enter("a"));
        var first = (await service.TheCohortAsync(project))["id"]!;
        (await service.SendAsync(HttpMethod.Delete, $"/api/v1/connections/{first}")).Expect(204);
        await service.AcceptCohortAsync(project, Enter("b"));
        Assert.Equal(["a@example.com", "b@example.com"], await service.OnListAsync(project, "c-deleted"));
    }

    [Fact]
    public async Task Two_cohorts_of_one_name_are_warned_that_they_share_a_list()
    {
        var project = await service.MakeProjectAsync("c-shared");
        await service.AcceptCohortAsync(project, Message(["a"], cohort: "one"));
        await service.AcceptCohortAsync(project, Message(["b"], cohort: "two"));
        Assert.Equal(["a@example.com", "b@example.com"], await service.OnListAsync(project, "c-shared"));
        Assert.All(await service.DeliveredAsync(project), c => Assert.Equal(["listShared"], c!["warnings"]!.AsArray().Select(w => (string)w!)));
    }
}
