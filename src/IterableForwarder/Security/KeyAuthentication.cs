using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace IterableForwarder.Security;

/// <summary>Knows a caller by the key in the Authorization header, and says in problem details what was wrong with it.</summary>
internal sealed class KeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logs, UrlEncoder encoder, KeyDirectory keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logs, encoder)
{
    public new const string Scheme = "Key";

    private const string NoKey = "No key came with the request. Send one as 'Authorization: Bearer <key>'.";
    private const string NotAKey = "The Authorization header is not of the form 'Bearer <key>' or 'Token <key>'.";
    private const string UnknownKey = "The key is unknown, or was taken back.";
    private const string OnlyLocal =
        "No key is configured, so only calls from this machine itself are served. Set Access__OperatorKeys__0 to open the service to others.";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(StatusCodes.Status401Unauthorized, WhyNot());
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        WriteAsync(StatusCodes.Status403Forbidden, WhatItOpens(Context.User));

    private AuthenticateResult Authenticate()
    {
        if (TryReadKey(Request.Headers.Authorization, out var key) && keys.Find(key) is { } caller) return Success(caller);
        if (keys.IsOpen && IsFromThisMachine()) return Success(Caller.Of("development", [KeyKind.Operator], []));
        return AuthenticateResult.NoResult();
    }

    private static AuthenticateResult Success(ClaimsPrincipal caller) => AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme));

    /// <summary>Tolerates any case of the scheme, blanks around everything, and a colon after the scheme.</summary>
    private static bool TryReadKey(StringValues header, out string key)
    {
        key = "";
        if (header.Count != 1) return false;
        var words = header[0]!.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length != 2 || !IsScheme(words[0].TrimEnd(':'))) return false;
        key = words[1];
        return true;
    }

    private static bool IsScheme(string word) =>
        word.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || word.Equals("Token", StringComparison.OrdinalIgnoreCase);

    /// <summary>A proxy on this machine calls for others: what it forwards does not come from here.</summary>
    private bool IsFromThisMachine() =>
        Context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !Request.Headers.ContainsKey("Forwarded") && !Request.Headers.ContainsKey("X-Forwarded-For");

    private string WhyNot()
    {
        if (keys.IsOpen) return OnlyLocal;
        var header = Request.Headers.Authorization;
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

    private Task WriteAsync(int status, string detail) => TypedResults.Problem(detail, statusCode: status).ExecuteAsync(Context);
}
