using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress;

/// <summary>What becomes of a project or an audience that is not known yet.</summary>
internal enum Provisioning
{
    /// <summary>It is created from the message.</summary>
    Auto,

    /// <summary>It is refused with 403: an operator creates projects and connections.</summary>
    Known,
}

/// <summary>Refuses audiences that have no connection, where a source may not create one.</summary>
internal static class UnknownAudiences
{
    private const int MaxNamed = 10;

    /// <summary>Null where there is none.</summary>
    /// <param name="project">The project of the request.</param>
    /// <param name="unknown">The audiences without a connection.</param>
    /// <param name="setting">The setting that forbids it.</param>
    public static ProblemHttpResult? Refuse(Project project, IReadOnlyList<string> unknown, string setting)
    {
        if (unknown.Count == 0) return null;
        var names = string.Join(", ", unknown.Take(MaxNamed)) + (unknown.Count > MaxNamed ? ", …" : "");
        return TypedResults.Problem(
            $"Project {project.Id} has no connection for audience {names}, and the service does not create one because {setting} is 'known'. Nothing was accepted.",
            statusCode: StatusCodes.Status403Forbidden);
    }
}
