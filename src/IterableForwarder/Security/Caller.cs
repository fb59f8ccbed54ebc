using System.Security.Claims;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Security;

/// <summary>Who calls, as the key that came with the request says.</summary>
internal static class Caller
{
    private const string KindClaim = "kind";
    private const string ProjectClaim = "project";

    public static ClaimsPrincipal Of(string name, IEnumerable<KeyKind> kinds, IEnumerable<ProjectId> projects)
    {
        // the kind of the key is the caller's role, by which those ask who do not know of keys
        var identity = new ClaimsIdentity(KeyAuthentication.Scheme, ClaimTypes.Name, KindClaim);
        identity.AddClaim(new Claim(ClaimTypes.Name, name));
        foreach (var kind in kinds) identity.AddClaim(new Claim(KindClaim, SettingsWords.KeyKinds[kind]));
        foreach (var project in projects) identity.AddClaim(new Claim(ProjectClaim, project.ToString()));
        return new ClaimsPrincipal(identity);
    }

    /// <summary>The name of the key, for the record of who did what.</summary>
    public static string CallerName(this ClaimsPrincipal caller) => caller.Identity?.Name ?? "anonymous";

    public static bool Has(this ClaimsPrincipal caller, KeyKind kind) => caller.HasClaim(KindClaim, SettingsWords.KeyKinds[kind]);

    /// <summary>True for an operator key, and for an ingest key that serves all projects or this one.</summary>
    public static bool MayUse(this ClaimsPrincipal caller, ProjectId project) =>
        caller.Has(KeyKind.Operator) || (caller.Has(KeyKind.Ingest) && (!caller.HasClaim(c => c.Type == ProjectClaim) || caller.HasClaim(ProjectClaim, project.ToString())));

    /// <summary>The projects that an ingest key is limited to; null for a key that serves all.</summary>
    public static IReadOnlyCollection<ProjectId>? ProjectsOf(this ClaimsPrincipal caller) =>
        caller.MayUseAllProjects() ? null : [.. caller.FindAll(ProjectClaim).Select(c => new ProjectId(OpaqueId.Parse(c.Value)))];

    /// <summary>True for an operator key, and for an ingest key that is limited to no project: it may create new ones.</summary>
    public static bool MayUseAllProjects(this ClaimsPrincipal caller) =>
        caller.Has(KeyKind.Operator) || (caller.Has(KeyKind.Ingest) && !caller.HasClaim(c => c.Type == ProjectClaim));
}
