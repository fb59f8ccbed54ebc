using Microsoft.Extensions.DependencyInjection;

namespace Iterable.Client.Tests.Support;

/// <summary>A client as a host would get it, pointed at loopback and in a hurry.</summary>
internal sealed class TestClient : IDisposable
{
    public const string Key = "k3y-that-must-not-leak";

    private readonly ServiceProvider _services;

    private TestClient(ServiceProvider services) => _services = services;

    public IterableClient Iterable => _services.GetRequiredService<IterableClient>();

    public static TestClient For(
        string? us, Action<IterableClientOptions>? options = null, Action<IServiceCollection>? services = null, HttpMessageHandler? primary = null)
    {
        var collection = new ServiceCollection();
        services?.Invoke(collection);
        var builder = collection.AddIterableClient(o =>
        {
            o.Us = new Uri(us ?? "http://127.0.0.1:1");
            o.Eu = new Uri("http://127.0.0.1:1");
            o.QuickRetryDelay = TimeSpan.FromMilliseconds(1);
            o.JitterSeed = 1;
            options?.Invoke(o);
        });
        if (primary is not null)
            builder.ConfigurePrimaryHttpMessageHandler(() => primary);
        return new TestClient(collection.BuildServiceProvider());
    }

    public static IterableProject Project(ICallBudget? budget = null, IterableDataCenter dataCenter = IterableDataCenter.Us, string key = Key) =>
        new(key, dataCenter, budget);

    public void Dispose() => _services.Dispose();
}
