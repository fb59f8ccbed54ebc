using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress;

/// <summary>What requests to a project's ingest paths begin with: the project, the right to it, and the body.</summary>
internal sealed class ProjectRequests(IProjectDirectory directory, IOptions<IngestOptions> options)
{
    /// <summary>True with the project; false with the answer that refuses the request.</summary>
    public bool TryFind(
        string id, HttpContext context, [NotNullWhen(true)] out Project? project, [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        (project, refusal) = (null, null);
        if (!ProjectId.TryParse(id, out var projectId) || !directory.TryGet(projectId, out project)) refusal = NoProject();
        else if (!context.User.MayUse(project.Id)) refusal = TypedResults.Problem("The key does not serve this project.", statusCode: StatusCodes.Status403Forbidden);
        return refusal is null;
    }

    public static ProblemHttpResult NoProject() =>
        TypedResults.Problem("There is no project with this id.", statusCode: StatusCodes.Status404NotFound);

    /// <summary>Reads the body to its end. Null once the parser has it, with whatever it found to be wrong; else the answer that refuses it.</summary>
    /// <param name="context">The request.</param>
    /// <param name="parser">Takes the body.</param>
    /// <param name="onFull">Takes away what the parser has gathered; null for a parser that never asks for it.</param>
    public async Task<ProblemHttpResult?> ReadAsync(HttpContext context, IBodyParser parser, Func<Task>? onFull)
    {
        if (MediaTypes.FormOf(context.Request) != BodyForm.Json)
            return BodyAnswers.NotJson("body");
        await using var body = IncomingBody.Open(context.Request, options.Value.MaxBodyBytes, isHashed: false);
        if (body is null) return BodyAnswers.UnknownEncoding();
        var faults = new Faults();
        if (await BodyAnswers.ReadAsync(() => BodyLoop.ReadAsync(body.Reader, parser, onFull, context.RequestAborted), faults) is { } refusal) return refusal;
        return faults.Count > 0 ? faults.ToResult() : null;
    }
}
