using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Security;

/// <summary>In Development without keys a browser on this machine must not become an operator for somebody else's page.</summary>
public sealed class LocalHostTests
{
    [Theory]
    [InlineData("localhost", null, 200)]
    [InlineData("LOCALHOST:5080", null, 200)]
    [InlineData("127.0.0.1:5080", null, 200)]
    [InlineData("[::1]:5080", null, 200)]
    [InlineData("forwarder.example", null, 403)]
    [InlineData("localhost.forwarder.example:5080", null, 403)]
    [InlineData("127.0.0.2", null, 403)]
    [InlineData("localhost", "http://localhost:3000", 200)]
    [InlineData("localhost", "https://127.0.0.1", 200)]
    [InlineData("localhost", "http://[::1]:5080", 200)]
    [InlineData("localhost", "https://forwarder.example", 403)]
    [InlineData("localhost", "http://localhost.forwarder.example", 403)]
    [InlineData("localhost", "null", 403)]
    public async Task Without_keys_only_the_names_of_this_machine_are_served(string name, string? origin, int status)
    {
        await using var host = await TestService.StartAsync(environment: "Development", settings: []);

        foreach (var path in new[] { "/api/v1/projects", "/health/ready", "/swagger/v1/swagger.json", "/metrics" })
            Assert.Equal(status, await StatusAsync(host, path, name, origin));
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task With_keys_any_name_is_served(string environment)
    {
        await using var host = await TestService.StartAsync(environment: environment);

        Assert.Equal(200, await StatusAsync(host, "/api/v1/projects", "forwarder.example", "https://console.example"));
    }

    private static async Task<int> StatusAsync(TestService host, string path, string name, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = name;
        request.Headers.Authorization = new("Bearer", TestService.OperatorKey);
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        using var response = await host.Http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
