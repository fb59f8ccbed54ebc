using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>Says to the service what mParticle says, and reads from its store what became of it.</summary>
internal static class MParticle
{
    public const string Path = "/ingest/mparticle";

    public static Task<HttpAnswer> SendAsync(this ForwarderFixture service, string message, string? key = ForwarderFixture.IngestKey, string query = "") =>
        service.PostAsync(Path + query, message, key);

    public static async Task<JsonObject> AcceptAsync(this ForwarderFixture service, string message) => (await service.SendAsync(message)).Expect(202);

    /// <summary>A membership change of one member, with defaults for all that a test does not care for.</summary>
    public static string Change(
        string apiKey, string email = "a@example.com", string action = "add", string list = "42", long time = 1_714_592_744_065, string? id = null, string audience = "456", string account = "123456", string settings = "") =>
        $$"""
        {"type":"audience_membership_change_request","id":"{{id ?? Guid.NewGuid().ToString()}}","timestamp_ms":{{time}},"firehose_version":"3.2.0",
         "account":{"account_id":{{account}},"account_settings":{"apiKey":"{{apiKey}}"{{settings}}}},
         "user_profiles":[{"mpid":"12345","user_identities":[{"type":"email","encoding":"raw","value":"{{email}}"},{"type":"customer","encoding":"raw","value":"c-{{email}}"}],
          "audiences":[{"audience_id":{{audience}},"audience_name":"VIP","audience_subscription_settings":{"listId":"{{list}}"},"action":"{{action}}"}]}]}
        """;

    /// <summary>Every change of the project that was not delivered, in order of connection and index.</summary>
    public static JsonArray Undelivered(this ForwarderFixture service, string projectId) => Read(
        service,
        """
        SELECT c.audience_id, e.first_index + u.position, CASE u.outcome WHEN 3 THEN 'dropped' ELSE 'rejected' END, u.reason, CASE WHEN u.outcome = 3 THEN u.detail END
        FROM undelivered u JOIN entries e ON e.seq = u.seq JOIN connections c ON c.id = e.connection_id
        WHERE c.project_id = $project ORDER BY c.audience_id, e.seq, u.position
        """,
        projectId,
        row => new JsonObject { ["audienceId"] = row.GetString(0), ["index"] = row.GetInt64(1), ["outcome"] = row.GetString(2), ["reason"] = row.GetString(3), ["detail"] = row.IsDBNull(4) ? null : row.GetString(4) });

    /// <summary>Every batch of the project, in order of acceptance.</summary>
    public static JsonArray Batches(this ForwarderFixture service, string projectId) => Read(
        service,
        "SELECT c.audience_id, e.source_id, SUM(e.received) FROM entries e JOIN connections c ON c.id = e.connection_id WHERE c.project_id = $project GROUP BY e.batch_id ORDER BY MIN(e.seq)",
        projectId,
        row => new JsonObject { ["audienceId"] = row.GetString(0), ["sourceId"] = row.IsDBNull(1) ? null : row.GetString(1), ["received"] = row.GetInt64(2) });

    private static JsonArray Read(ForwarderFixture service, string sql, string projectId, Func<SqliteDataReader, JsonNode> read)
    {
        using var connection = new SqliteConnection($"Data Source={System.IO.Path.Combine(service.Folder, "forwarder.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$project", Convert.FromHexString(projectId));
        using var rows = command.ExecuteReader();
        var found = new JsonArray();
        while (rows.Read()) found.Add(read(rows));
        return found;
    }
}
