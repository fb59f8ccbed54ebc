using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Security;

/// <summary>Registration of who may call, and of the ring that keeps secrets.</summary>
internal static class SecurityComposition
{
    public static void AddSecurity(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<AccessOptions>().Bind(builder.Configuration.GetSection(AccessOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddOptions<SecurityOptions>().Bind(builder.Configuration.GetSection(SecurityOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SecurityOptions>, SecurityOptionsValidator>();
        KeyRing.Add(services, builder.Configuration.GetSection(SecurityOptions.Section).Get<SecurityOptions>() ?? new());

        services.AddSingleton<KeyDirectory>();
        services.AddSingleton<KeyAuthentication>();
        services.AddSingleton<IAuthenticationService>(s => s.GetRequiredService<KeyAuthentication>());
        services.AddAuthorizationBuilder();
        services.Configure<Microsoft.AspNetCore.Authorization.AuthorizationOptions>(Policies.Configure);
    }

    /// <summary>Finds out who calls. Comes before everything that responds, as some of it says more to operators.</summary>
    public static void UseCallers(this WebApplication app)
    {
        Warn(app.Services);
        app.UseLocalHosts();
        var authentication = app.Services.GetRequiredService<KeyAuthentication>();
        app.Use((context, next) =>
        {
            if (authentication.Find(context) is { } caller) context.User = caller;
            return next(context);
        });
    }

    private static void Warn(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<KeyDirectory>>();
        if (services.GetRequiredService<KeyDirectory>().IsOpen) SecurityLog.OpenForThisMachine(log);
        if (!services.GetRequiredService<IHostEnvironment>().IsDevelopment() && services.GetRequiredService<IOptions<SecurityOptions>>().Value.KeyRingCertificatePath.Length == 0)
            SecurityLog.RingInClear(log);
        foreach (var (first, other) in RepeatedKeys.In(services.GetRequiredService<IOptions<AccessOptions>>().Value)) SecurityLog.SameKey(log, first, other);
    }
}
