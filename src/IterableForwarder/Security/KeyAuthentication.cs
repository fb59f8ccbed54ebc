using System.Net;
using System.Security.Claims;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Primitives;

namespace IterableForwarder.Security;

/// <summary>Knows a caller by the key in the Authorization header, and says in problem details what was wrong with it.</summary>
/// <remarks>
/// It is the whole of ASP.NET Core's authentication here, as there is one scheme and no signing in: the usual service makes a handler, a
/// ticket and a copy of the caller for every request, which was a twentieth of the CPU of a message. Authorization is the library's.
/// </remarks>
internal sealed class KeyAuthentication(KeyDirectory keys) : IAuthenticationService
{
    public const string Scheme = "Key";

    private const string NoKey = "No key came with the request. Send one as 'Authorization: Bearer <key>'.";
    private const string NotAKey = "The Authorization header is not of the form 'Bearer <key>' or 'Token <key>'.";
    private const string UnknownKey = "The key is unknown or has been revoked.";
    private const string OnlyLocal =
        "No key is configured, so only calls from this machine itself are served. Set Access__OperatorKeys__0 to open the service to others.";

    private static readonly ClaimsPrincipal Developer = Caller.Of("development", [KeyKind.Operator], []);

    /// <summary>Who calls; null for somebody without a key that is known.</summary>
    public ClaimsPrincipal? Find(HttpContext context)
    {
        if (TryReadKey(context.Request.Headers.Authorization, out var key) && keys.Find(key) is { } caller) return caller;
        return keys.IsOpen && IsFromThisMachine(context) ? Developer : null;
    }

    public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme) =>
        Task.FromResult(Find(context) is { } caller ? AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme)) : AuthenticateResult.NoResult());

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties)
    {
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(context, StatusCodes.Status401Unauthorized, WhyNot(context));
    }

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        WriteAsync(context, StatusCodes.Status403Forbidden, WhatItOpens(context.User));

    public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        throw new NotSupportedException("Every request carries its key.");

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        throw new NotSupportedException("Every request carries its key.");

    /// <summary>Tolerates any case of the scheme, blanks around everything, and a colon after the scheme.</summary>
    private static bool TryReadKey(StringValues header, out ReadOnlySpan<char> key)
    {
        key = default;
        if (header.Count != 1) return false;
        var words = header[0].AsSpan();
        Span<Range> found = stackalloc Range[3];
        if (words.SplitAny(found, " \t", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) != 2) return false;
        key = words[found[1]];
        return IsScheme(words[found[0]].TrimEnd(':'));
    }

    private static bool IsScheme(ReadOnlySpan<char> word) =>
        word.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("Token", StringComparison.OrdinalIgnoreCase);

    /// <summary>A proxy on this machine calls for others: what it forwards does not come from here.</summary>
    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !context.Request.Headers.ContainsKey("Forwarded") && !context.Request.Headers.ContainsKey("X-Forwarded-For");

    private string WhyNot(HttpContext context)
    {
        if (keys.IsOpen) return OnlyLocal;
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0) return NoKey;
        return TryReadKey(header, out _) ? UnknownKey : NotAKey;
    }

    private static string WhatItOpens(ClaimsPrincipal caller)
    {
        if (caller.Has(KeyKind.Ingest) && !caller.MayUseAllProjects())
            return "The key opens the ingest paths, preview and the counts of batches, and only for its own projects.";
        if (caller.Has(KeyKind.Ingest)) return "The key opens the ingest paths, preview and the counts of batches only.";
        return caller.Has(KeyKind.Metrics) ? "The key opens the metrics only." : "The key does not open this.";
    }

    private static Task WriteAsync(HttpContext context, int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(context);
}
