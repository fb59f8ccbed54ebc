using System.Net;

namespace IterableForwarder.Security;

/// <summary>
/// While no key is asked for, the names of this machine are the only ones that are served. A page of another site that a browser here shows
/// could otherwise call the service, under its own name (DNS rebinding) or from its own origin, and would be taken for the developer.
/// </summary>
internal static class LocalHosts
{
    private const string Refusal =
        "No key is configured, so only requests to localhost, 127.0.0.1 or [::1] are served, and of a browser's pages only those of these hosts. " +
        "Set Access__OperatorKeys__0 to serve others.";

    private static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];

    public static void UseLocalHosts(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<KeyDirectory>().IsOpen) return;
        app.Use((context, next) => IsServed(context.Request)
            ? next(context)
            : TypedResults.Problem(Refusal, statusCode: (int)HttpStatusCode.Forbidden).ExecuteAsync(context));
    }

    private static bool IsServed(HttpRequest request) => IsLocal(request.Host.Host) && request.Headers.Origin.All(origin => IsLocalOrigin(origin));

    /// <summary>With any port. What is no address, such as the <c>null</c> of a page in a frame, is not from here.</summary>
    private static bool IsLocalOrigin(string? origin) => Uri.TryCreate(origin, UriKind.Absolute, out var address) && IsLocal(address.Host);

    private static bool IsLocal(string host) => Names.Contains(host, StringComparer.OrdinalIgnoreCase);
}
