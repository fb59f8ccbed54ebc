using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Security;

/// <summary>Why the store is not available is for operators: it names files, and has the words of the store.</summary>
public sealed class StoreReasonTests
{
    private const string General = "The service cannot use its store at present.";

    [Fact]
    public async Task A_store_that_cannot_be_opened_tells_its_reason_to_operators_only()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "forwarder.db"), "This file is not a database, and long enough to be seen as none.");
        await using var host = await TestService.StartAsync(folder.Path);

        await ExpectAsync(host, "not a database", "/health/ready", "/api/v1/projects", "/nowhere");
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_tells_its_reason_to_operators_only()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.AddProjectAsync();
        File.Delete(Path.Combine(host.Folder, "forwarder.db"));

        await ExpectAsync(host, host.Folder, "/health/ready");
        foreach (var (key, isOperator) in new[] { (TestService.OperatorKey, true), (TestService.IngestKey, false) })
        {
            var response = await host.SendAsync(HttpMethod.Post, "/ingest/mparticle", MParticleBatch, $"Bearer {key}");
            response.Expect(503);
            Assert.Equal(isOperator, response.Text.Contains(host.Folder, StringComparison.Ordinal));
        }
        Assert.Equal(200, (await host.GetAsync($"/api/v1/projects/{project}")).Status);
    }

    [Fact]
    public async Task A_start_with_damaged_settings_names_the_connection_to_operators()
    {
        using var folder = new TemporaryFolder();
        string connection;
        await using (var host = await TestService.StartAsync(folder.Path))
        {
            connection = await host.AddConnectionAsync(await host.AddProjectAsync());
            await TestStore.SpoilSettingsAsync(host.Services, connection);
        }

        await using var again = await TestService.StartAsync(folder.Path);

        await ExpectAsync(again, $"The stored settings of connection {connection} cannot be read", "/health/ready");
    }

    private const string MParticleBatch =
        """
        {"type":"audience_membership_change_request","id":"1","timestamp_ms":1700000000000,
         "account":{"account_settings":{"apiKey":"iterable-key-0001"}},
         "user_profiles":[{"mpid":"1","audiences":[{"audience_id":1,"audience_name":"a","action":"add","audience_subscription_settings":{"listId":"42"}}]}]}
        """;

    private static async Task ExpectAsync(TestService host, string reason, params string[] paths)
    {
        foreach (var path in paths)
        {
            foreach (var authorization in new[] { null, "Bearer unknown", $"Bearer {TestService.IngestKey}", $"Bearer {TestService.MetricsKey}" })
            {
                var response = await host.SendAsync(HttpMethod.Get, path, authorization: authorization);
                Assert.Equal(503, response.Status);
                Assert.Contains(General, response.Text, StringComparison.Ordinal);
                Assert.DoesNotContain(reason, response.Text, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("SQLite", response.Text, StringComparison.OrdinalIgnoreCase);
            }
            Assert.Contains(reason, (await host.GetAsync(path)).Expect(503).ToJsonString(), StringComparison.OrdinalIgnoreCase);
        }
    }
}
