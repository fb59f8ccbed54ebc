using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G10_Secrets_stay
{
    [Fact]
    public async Task Neither_keys_nor_personal_data_reach_the_log()
    {
        await using var pipeline = await Pipeline.StartAsync(settings: ("Serilog:MinimumLevel:Override:IterableForwarder", "Debug"));
        var (connection, _) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.Forget(Pipeline.ApiKey, email: "secret.person@example.com");

        await pipeline.CompletedAsync(await pipeline.PostAsync(
            connection, Wire.Add("secret.person@example.com", ",\"customerId\":\"secret-customer\",\"mpid\":\"-424242424242\""), """{"action":"add","customerId":"secret-customer"}"""));
        await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/members", """{"changes":[{"action":"secret.person@example.com"}]}""");
        await pipeline.Service.SendAsync(HttpMethod.Get, "/api/v1/projects", authorization: "Bearer not-the-secret-key");

        // pasted into the wrong place
        await pipeline.Service.SendAsync(HttpMethod.Delete, "/api/v1/keys/ifk_secret");
        await pipeline.Service.SendAsync(HttpMethod.Get, "/api/v1/members/secret.person@example.com");
        await pipeline.Service.SendAsync(HttpMethod.Post, "/secret.person@example.com/connections", "{}");

        // ours keep the secret at every level
        var log = string.Join('\n', pipeline.Service.Logs);
        Assert.Contains("Accepted batch", log, StringComparison.Ordinal);
        Assert.Contains("members in", log, StringComparison.Ordinal);
        foreach (var secret in (string[])["secret", "424242424242", Pipeline.ApiKey, TestService.OperatorKey])
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }
}
