using IterableForwarder.Delivery;
using IterableForwarder.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Tests.Hosting;

/// <summary>A setting that has another name by now works under its old one.</summary>
public sealed class RenamedSettingsTests
{
    [Fact]
    public async Task An_old_name_still_works()
    {
        await using var host = await TestService.StartAsync(settings: new(TestService.Keys())
        {
            ["Delivery:MostCallsInFlight"] = "7",
            ["Delivery:MostLoadedBytes"] = "7000000",
            ["Delivery:FirstBackOff"] = "00:00:07",
            ["Delivery:LongestBackOff"] = "00:00:08",
        });

        var options = host.Services.GetRequiredService<IOptions<DeliveryOptions>>().Value;

        Assert.Equal((7, 7_000_000), (options.MaxCallsInFlight, options.MaxLoadedBytes));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8)), (options.MinBackOff, options.MaxBackOff));
    }

    [Fact]
    public void The_name_of_today_wins()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection([new("Delivery:MostCallsInFlight", "7"), new("Delivery:MaxCallsInFlight", "9")]);

        RenamedSettings.Apply(configuration);

        Assert.Equal("9", configuration["Delivery:MaxCallsInFlight"]);
    }

    [Fact]
    public void Every_current_name_is_a_setting() => Assert.All(RenamedSettings.All, name =>
    {
        Assert.Contains(typeof(DeliveryOptions).GetProperties(), p => $"Delivery:{p.Name}" == name.New);
        Assert.DoesNotContain(typeof(DeliveryOptions).GetProperties(), p => $"Delivery:{p.Name}" == name.Old);
    });
}
