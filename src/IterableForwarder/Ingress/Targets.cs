using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress;

/// <summary>The project that a request is for.</summary>
/// <param name="Project">As it is set now.</param>
/// <param name="ReceivedAt">When the request came.</param>
internal sealed record ProjectTarget(Project Project, DateTimeOffset ReceivedAt);

/// <summary>Finds whom a request is for by the ids in its path, and sees to the right to it.</summary>
internal static class Targets
{
    /// <summary>The project that the path names.</summary>
    public static OrRefusal<ProjectTarget> FindProject(this IProjectDirectory directory, HttpContext context, TimeProvider time)
    {
        if (!ProjectId.TryParse(context.IdOf("projectId"), out var id) || !directory.TryGet(id, out var project)) return new(null, NoProject());
        return context.MayUse(new ProjectTarget(project, time.GetUtcNow()), project, "this project");
    }

    /// <summary>An id in the path.</summary>
    public static string IdOf(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    /// <summary>The target, where the caller may use its project.</summary>
    /// <param name="context">The request.</param>
    /// <param name="target">What was found.</param>
    /// <param name="project">Whose it is.</param>
    /// <param name="what">What the caller may not use, for a sentence.</param>
    public static OrRefusal<T> MayUse<T>(this HttpContext context, T target, Project project, string what)
        where T : class =>
        context.User.MayUse(project.Id)
            ? new(target, null)
            : new(null, TypedResults.Problem($"The key does not serve {what}.", statusCode: StatusCodes.Status403Forbidden));

    public static ProblemHttpResult NoProject() => NotFound("The project does not exist.");

    public static ProblemHttpResult NotFound(string why) => TypedResults.Problem(why, statusCode: StatusCodes.Status404NotFound);
}
