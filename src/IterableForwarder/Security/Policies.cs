using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Authorization;

namespace IterableForwarder.Security;

/// <summary>What an endpoint asks of a key. An endpoint that names none asks for an operator key.</summary>
internal static class Policies
{
    /// <summary>Operator keys.</summary>
    public const string Operator = "Operator";

    /// <summary>Operator and ingest keys; the endpoint still asks <see cref="Caller.MayUse"/> once it knows the project.</summary>
    public const string Ingest = "Ingest";

    /// <summary>Operator and metrics keys.</summary>
    public const string Metrics = "Metrics";

    public static void Configure(AuthorizationOptions options)
    {
        options.AddPolicy(Operator, Of());
        options.AddPolicy(Ingest, Of(KeyKind.Ingest));
        options.AddPolicy(Metrics, Of(KeyKind.Metrics));
        options.DefaultPolicy = Of();
        options.FallbackPolicy = new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(context => context.User.Has(KeyKind.Operator) || IsRefusedByRouting(context.Resource))
            .Build();
    }

    /// <summary>No endpoint of ours: routing itself answers 404, 405 or 415, and a sender is to read that rather than that its key is not enough.</summary>
    private static bool IsRefusedByRouting(object? resource) => resource is HttpContext context && context.GetEndpoint() is not RouteEndpoint;

    private static AuthorizationPolicy Of(params KeyKind[] kinds) => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(context => context.User.Has(KeyKind.Operator) || kinds.Any(context.User.Has))
        .Build();
}
