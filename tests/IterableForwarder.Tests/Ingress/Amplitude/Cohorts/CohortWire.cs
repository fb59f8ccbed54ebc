using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Amplitude.Cohorts;

/// <summary>Says to the service what Amplitude says of cohorts, and reads what became of it.</summary>
internal static class CohortWire
{
    public static async Task<string> MakeProjectAsync(this ForwarderFixture service, string apiKey, string more = "")
    {
        var response = await service.PostAsync("/api/v1/projects", $$$"""{"name":"Acme","apiKey":"{{{apiKey}}}","budgets":{"lists":1000}{{{more}}}}""");
        return (string)response.Expect(201)["id"]!;
    }

    public static string PathOf(string project) => $"/ingest/amplitude/{project}/cohorts";

    public static Task<ServiceResponse> SendCohortAsync(this ForwarderFixture service, string project, string message, string? key = TestService.IngestKey) =>
        service.PostAsync(PathOf(project), message, key);

    public static async Task<JsonObject> AcceptCohortAsync(this ForwarderFixture service, string project, string message) =>
        (await service.SendCohortAsync(project, message)).Expect(200);

    /// <summary>A message with defaults for all that a test does not care for.</summary>
    public static string Message(
        IEnumerable<string> users, bool enter = true, string cohort = "7khm89cz", string name = "VIP", string? time = "1692206763", string? id = null)
    {
        var computed = time is null ? "" : $",\"computed_time\":\"{time}\"";
        var all = string.Join(',', users.Select(u => $$$"""{"user_id":"c-{{{u}}}","user_properties":{"email":"{{{u}}}@example.com"}}"""));
        return $$"""
            {"cohort_name":"{{name}}","cohort_id":"{{cohort}}","in_cohort":{{(enter ? "true" : "false")}}{{computed}},
             "message_id":"{{id ?? $"{Guid.NewGuid()}::enter::0"}}","users":[{{all}}]}
            """;
    }

    public static string Enter(string user, string? time = "1692206763", string? id = null, string name = "VIP") => Message([user], time: time, id: id, name: name);

    public static string Exit(string user, string? time = "1692206763", string? id = null, string name = "VIP") => Message([user], enter: false, time: time, id: id, name: name);

    /// <summary>The only connection of the project, once nothing of it is pending.</summary>
    public static async Task<JsonObject> TheCohortAsync(this ForwarderFixture service, string project) =>
        Assert.Single(await service.DeliveredAsync(project))!.AsObject();

    /// <summary>The e-mails on the list of the name, sorted, once nothing of the project is pending.</summary>
    public static async Task<string[]> OnListAsync(this ForwarderFixture service, string project, string apiKey, string name = "[Amplitude] VIP")
    {
        await service.DeliveredAsync(project);
        var list = Assert.Single(service.Iterable.Lists(apiKey), l => l.Name == name);
        return [.. service.Iterable.Members(list.Id).Select(m => m.Email ?? m.UserId ?? "").Order(StringComparer.Ordinal)];
    }
}
