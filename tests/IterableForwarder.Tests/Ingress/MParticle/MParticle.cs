using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>Says to the service what mParticle says, and reads from its store what became of it.</summary>
internal static class MParticle
{
    public const string Path = "/ingest/mparticle";

    public static Task<ServiceResponse> SendAsync(this ForwarderFixture service, string message, string? key = TestService.IngestKey, string query = "") =>
        service.PostAsync(Path + query, message, key);

    public static async Task<JsonObject> AcceptAsync(this ForwarderFixture service, string message) => (await service.SendAsync(message)).Expect(202);

    /// <summary>A membership change of one member, with defaults for all that a test does not care for.</summary>
    public static string Change(
        string apiKey, string email = "a@example.com", string action = "add", string list = "42", long time = 1_714_592_744_065, string? id = null, string audience = "456", string account = "123456", string settings = "") =>
        $$$"""
        {"type":"audience_membership_change_request","id":"{{{id ?? Guid.NewGuid().ToString()}}}","timestamp_ms":{{{time}}},"firehose_version":"3.2.0",
         "account":{"account_id":{{{account}}},"account_settings":{"apiKey":"{{{apiKey}}}"{{{settings}}}}},
         "user_profiles":[{"mpid":"12345","user_identities":[{"type":"email","encoding":"raw","value":"{{{email}}}"},{"type":"customer","encoding":"raw","value":"c-{{{email}}}"}],
          "audiences":[{"audience_id":{{{audience}}},"audience_name":"VIP","audience_subscription_settings":{"listId":"{{{list}}}"},"action":"{{{action}}}"}]}]}
        """;

    /// <summary>Every batch of the project, the oldest first.</summary>
    public static async Task<JsonArray> BatchesAsync(this ForwarderFixture service, string projectId)
    {
        var batches = new List<JsonNode>();
        foreach (var connection in (await service.GetAsync($"/api/v1/connections?projectId={projectId}&limit=200")).Items)
        {
            var response = await service.GetAsync($"/api/v1/batches?connectionId={(string?)connection!["id"]}&limit=200");
            foreach (var batch in response.Items.Select(b => b!.DeepClone()))
            {
                batch["audienceId"] = (string?)connection["audienceId"];
                batches.Add(batch);
            }
        }
        return new JsonArray([.. batches.OrderBy(b => (string?)b["id"], StringComparer.Ordinal)]);
    }

    /// <summary>Every change of the project that was not delivered, in order of audience, index and list.</summary>
    public static async Task<JsonArray> UndeliveredAsync(this ForwarderFixture service, string projectId)
    {
        var found = new List<JsonObject>();
        foreach (var batch in await service.BatchesAsync(projectId))
        {
            var members = await service.GetAsync($"/api/v1/batches/{(string?)batch!["id"]}/members?limit=200");
            foreach (var member in members.Items.Select(m => m!.DeepClone().AsObject()))
            {
                member.Insert(0, "audienceId", (string?)batch["audienceId"]);
                // Iterable's words are its own
                if ((string?)member["outcome"] == "rejected") member.Remove("detail");
                found.Add(member);
            }
        }
        return new JsonArray([.. found.OrderBy(m => (string?)m["audienceId"], StringComparer.Ordinal).ThenBy(m => (long?)m["index"]).ThenBy(m => (string?)m["email"], StringComparer.Ordinal)]);
    }

    /// <summary>An audience is connected, changed or taken away.</summary>
    public static string Subscription(string apiKey, string action, string list = "42", long time = 1_714_592_744_000, string name = "VIP", string account = "123456") =>
        $$$"""
        {"type":"audience_subscription_request","id":"{{{Guid.NewGuid()}}}","timestamp_ms":{{{time}}},"firehose_version":"3.2.0",
         "account":{"account_id":{{{account}}},"account_settings":{"apiKey":"{{{apiKey}}}","userIdField":"customerId"}},
         "audience_id":456,"audience_name":"{{{name}}}","audience_description":null,"audience_subscription_settings":{"listId":"{{{list}}}"},
         "previous_audience_subscription_settings":null,"action":"{{{action}}}"}
        """;

    /// <summary>The id of the project with the key.</summary>
    public static string ProjectOf(this ForwarderFixture service, string apiKey)
    {
        Assert.True(service.Projects.TryGetByApiKey(apiKey, out var project), $"no project has the key {apiKey}");
        return project.Id.ToString();
    }

    /// <summary>The only connection of the project, once nothing of it is pending.</summary>
    public static async Task<JsonObject> DeliveredOneAsync(this ForwarderFixture service, string apiKey) =>
        Assert.Single(await service.DeliveredAsync(service.ProjectOf(apiKey)))!.AsObject();

    public static string[] MembersOf(this ForwarderFixture service, long list) => [.. service.Iterable.Members(list).Select(m => m.Email!)];
}
