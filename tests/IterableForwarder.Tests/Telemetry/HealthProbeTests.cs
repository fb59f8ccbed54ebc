using IterableForwarder.Hosting;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace IterableForwarder.Tests.Telemetry;

public sealed class HealthProbeTests
{
    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/health/ready")]
    [InlineData("http://+:8080", "http://localhost:8080/health/ready")]
    [InlineData("http://*:80", "http://localhost/health/ready")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080/health/ready")]
    [InlineData("http://[::]:8080", "http://localhost:8080/health/ready")]
    [InlineData("https://+:8443; http://+:8080/", "http://localhost:8080/health/ready")]
    [InlineData("http://10.0.0.5:8080", "http://10.0.0.5:8080/health/ready")]
    public void The_probe_asks_the_address_that_the_service_listens_on(string urls, string expected) =>
        Assert.Equal(new Uri(expected), HealthProbe.AddressIn(urls));

    [Theory]
    [InlineData(200, 0)]
    [InlineData(503, 1)]
    public async Task The_exit_code_says_whether_the_service_is_ready(int status, int exitCode)
    {
        using var service = WireMockServer.Start();
        service.Given(Request.Create().WithPath("/health/ready")).RespondWith(Response.Create().WithStatusCode(status));

        Assert.Equal(exitCode, await HealthProbe.RunAsync(["--health", "--urls", service.Url!]));
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("https://localhost:8443")]
    [InlineData("nonsense")]
    public async Task A_service_that_cannot_be_reached_is_not_ready(string urls) =>
        Assert.Equal(1, await HealthProbe.RunAsync(["--health", "--urls", urls]));
}
