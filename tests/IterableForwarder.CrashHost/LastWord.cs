using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.CrashHost;

/// <summary>Exchanges services of the service once its stages have added theirs.</summary>
internal sealed class LastWord : IServiceProviderFactory<IServiceCollection>
{
    private readonly Action<IServiceCollection> _say;

    private LastWord(Action<IServiceCollection> say) => _say = say;

    public static void Say(WebApplicationBuilder builder, Action<IServiceCollection> say) => builder.Host.UseServiceProviderFactory(new LastWord(say));

    public IServiceCollection CreateBuilder(IServiceCollection services)
    {
        _say(services);
        return services;
    }

    public IServiceProvider CreateServiceProvider(IServiceCollection containerBuilder) => containerBuilder.BuildServiceProvider();
}
