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

    /// <summary>Comes before every endpoint that asks for a key.</summary>
    public static void UseSecurity(this WebApplication app)
    {
        if (app.Services.GetRequiredService<KeyDirectory>().IsOpen)
            SecurityLog.OpenForThisMachine(app.Services.GetRequiredService<ILogger<KeyDirectory>>());
        var authentication = app.Services.GetRequiredService<KeyAuthentication>();
        app.Use((context, next) =>
        {
            if (authentication.Find(context) is { } caller) context.User = caller;
            return next(context);
        });
        app.UseAuthorization();
    }
}
