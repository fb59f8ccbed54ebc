using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Administration;

public sealed class StorageTests
{
    [Fact]
    public async Task A_store_that_cannot_write_is_503_with_Retry_After()
    {
        await using var host = await TestService.StartAsync();
        var id = await host.AddProjectAsync();
        await TestStore.StopAsync(host.Services);

        foreach (var response in new[]
        {
            await host.PostAsync("/api/v1/projects", """{"name":"B","apiKey":"another-key"}"""),
            await host.PatchAsync($"/api/v1/projects/{id}", """{"name":"B"}"""),
            await host.PostAsync("/api/v1/keys", """{"name":"B","kind":"ingest"}"""),
        })
        {
            Assert.Contains("stopping", (string)response.ExpectProblem(503)["detail"]!, StringComparison.Ordinal);
            Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
        }
        Assert.Equal("Acme", (string?)(await host.GetAsync($"/api/v1/projects/{id}")).Expect(200)["name"]);
        Assert.Single(host.Directory.Projects);
    }

    [Fact]
    public async Task An_unexpected_error_is_500_without_details()
    {
        await using var host = await TestService.StartAsync();
        host.Directory.Changed += _ => throw new InvalidOperationException("insides");
        var response = await host.PostAsync("/api/v1/projects", """{"name":"A","apiKey":"a-key"}""");
        response.ExpectProblem(500);
        Assert.DoesNotContain("insides", response.Text, StringComparison.Ordinal);
        Assert.Contains(host.Logs, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("insides", StringComparison.Ordinal));
    }
}
