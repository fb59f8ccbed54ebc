using Iterable.Client.Results;
using Iterable.Client.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Iterable.Client.Tests.Transport;

public sealed class RegistrationTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        using var services = new ServiceCollection().AddIterableClient().Services.BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<IterableClientOptions>>().Value;

        Assert.Equal(("https://api.iterable.com/", "https://api.eu.iterable.com/"), (options.Us.AbsoluteUri, options.Eu.AbsoluteUri));
        Assert.NotNull(services.GetRequiredService<IterableClient>());
    }

    [Fact]
    public void Every_error_of_the_options_is_reported_at_once()
    {
        using var client = TestClient.For(null, o =>
        {
            o.Us = new Uri("/relative", UriKind.Relative);
            o.Eu = new Uri("ftp://api.eu.iterable.com");
            o.AttemptTimeout = TimeSpan.Zero;
            o.QuickRetries = -1;
            o.QuickRetryDelay = TimeSpan.FromHours(1);
            o.UserAgent = "not a product (";
        });

        var exception = Assert.Throws<OptionsValidationException>(() => client.Iterable);

        Assert.All(
            ["Us", "Eu", "AttemptTimeout", "QuickRetries", "QuickRetryDelay", "UserAgent"],
            (string property) => Assert.Contains(exception.Failures, failure => failure.Contains($"Property {property}:", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("https://user:secret@api.iterable.com")]
    [InlineData("https://api.iterable.com/?key=1")]
    [InlineData("https://api.iterable.com/#1")]
    public void A_base_address_may_not_contain_anything_else(string address)
    {
        using var client = TestClient.For(null, o => o.Eu = new Uri(address));

        Assert.Throws<OptionsValidationException>(() => client.Iterable);
    }

    [Fact]
    public void Options_may_be_configured_by_the_host_as_well()
    {
        var collection = new ServiceCollection();
        collection.AddIterableClient();
        collection.Configure<IterableClientOptions>(o => o.Us = new Uri("http://127.0.0.1:5"));
        using var services = collection.BuildServiceProvider();

        Assert.Equal(5, services.GetRequiredService<IOptions<IterableClientOptions>>().Value.Us.Port);
    }

    [Fact]
    public async Task Registering_twice_does_not_count_or_retry_twice()
    {
        using var server = new RawServer((socket, _, token) =>
            RawServer.SendAsync(socket, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", token));
        using var client = TestClient.For(server.Url, services: services => services.AddIterableClient());
        var budget = new RecordingBudget();

        var result = await client.Iterable.SendAsync(TestClient.Project(budget), Some.Subscribe(), CancellationToken.None);

        Assert.Equal((CallResultKind.Unavailable, 3), (result.Kind, result.Attempts));
        Assert.Equal((3, 3), (server.Requests, budget.Taken.Count));
    }
}
