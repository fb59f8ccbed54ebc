using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Administration.Projects;

/// <summary>Gives a project another API key, after Iterable was asked.</summary>
[Tags("Projects")]
internal sealed class KeyChangeController(IProjectDirectory directory, KeyCheck keys, TimeProvider time, ILogger<KeyChangeController> log) : AdministrationController
{
    private const string KeyInUse = "KeyInUse";
    private const string MissingLists = "MissingLists";

    /// <summary>Iterable may take this long to show a list that was created.</summary>
    private static readonly TimeSpan ListShown = TimeSpan.FromMinutes(1);

    /// <summary>Changes a project's API key, and nothing else</summary>
    /// <remarks>
    /// Iterable is asked first. A key that Iterable refuses, or that does not show every list which the project's connections feed, changes
    /// nothing and is answered with 409, with <c>code</c> and <c>missingLists</c>; <c>force</c> overrides the second. With <c>dryRun</c> nothing
    /// changes and the response is always 200. Another key resumes a project that is held.
    /// </remarks>
    [HttpPost("api/v1/projects/{id}/key", Name = "changeProjectKey")]
    [ProducesResponseType<KeyChangeResponse>(StatusCodes.Status200OK)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status409Conflict)]
    [ProducesResponseType<ProblemDetails>(StatusCodes.Status502BadGateway)]
    [ProblemForm(typeof(IterableProblem), StatusCodes.Status409Conflict, StatusCodes.Status502BadGateway)]
    public async Task<ActionResult<KeyChangeResponse>> ChangeKey(string id, KeyChange request, CancellationToken cancellationToken)
    {
        if (!ProjectId.TryParse(id, out var projectId) || !directory.TryGet(projectId, out var project)) return Unknown("project");
        var (response, isAsked) = await JudgeAsync(project, request, cancellationToken);
        if (request.DryRun is true) return response;
        if (!response.Ok) return Refuse(response, isAsked);
        try
        {
            if (await directory.UpdateAsync(projectId, p => TakeKey(p, request.ApiKey!), CallerName, cancellationToken) is null) return Unknown("project");
        }
        catch (ApiKeyTakenException)
        {
            return Refuse(Taken(), isAsked: true);
        }
        AdministrationLog.ProjectChanged(log, id, "given a verified key", CallerName);
        return response with { Changed = project.ApiKey != request.ApiKey };
    }

    /// <summary>What would come of the change, and whether Iterable could be asked.</summary>
    private async Task<(KeyChangeResponse Response, bool IsAsked)> JudgeAsync(Project project, KeyChange request, CancellationToken cancellationToken)
    {
        if (directory.TryGetByApiKey(request.ApiKey!, out var other) && other.Id != project.Id) return (Taken(), true);
        var key = await keys.AskAsync(project with { ApiKey = request.ApiKey! }, cancellationToken);
        if (key.Error is { } error)
            return (new() { Ok = false, Lists = null, MissingLists = [], Changed = false, Code = error.Code, Message = error.Message }, key.IsRefused);
        var shown = key.Lists!.Select(l => l.Id).ToHashSet();
        long[] missing = [.. FedLists(project.Id).Where(l => !shown.Contains(l))];
        var isMissing = missing.Length > 0 && request.Force is not true;
        var response = new KeyChangeResponse
        {
            Ok = !isMissing,
            Lists = shown.Count,
            MissingLists = missing,
            Changed = false,
            Code = isMissing ? MissingLists : null,
            Message = isMissing ? $"The key does not show {missing.Length} of the lists that the project's connections feed: it may belong to another Iterable project." : null,
        };
        return (response, true);
    }

    /// <summary>The lists that the key has to show. One that was created just now may not be shown yet.</summary>
    private IEnumerable<long> FedLists(ProjectId project) => directory.ConnectionsOf(project)
        .Where(c => c is { Closed: false, ListId: not null } && !(time.GetUtcNow() - c.ListCreatedAt < ListShown))
        .Select(c => c.ListId!.Value).Distinct().Order();

    /// <summary>Iterable has just accepted the key, also where it is the old one: what the key was held for is over.</summary>
    private static Project TakeKey(Project project, string apiKey)
    {
        var after = project.WithApiKey(apiKey);
        return after with { KeyUnverified = false, Hold = after.Hold?.Reason == HoldCause.CredentialsRejected ? null : after.Hold };
    }

    private static KeyChangeResponse Taken() =>
        new() { Ok = false, Lists = null, MissingLists = [], Changed = false, Code = KeyInUse, Message = "Another project already uses this API key." };

    private ObjectResult Refuse(KeyChangeResponse response, bool isAsked)
    {
        var detail = $"{response.Code}: {response.Message!.TrimEnd('.')}. Nothing was changed.";
        var problem = isAsked ? Clash(detail) : Problem(statusCode: StatusCodes.Status502BadGateway, title: "Iterable could not be asked.", detail: detail);
        var details = (ProblemDetails)problem.Value!;
        details.Extensions["code"] = response.Code;
        details.Extensions["missingLists"] = response.MissingLists;
        return problem;
    }
}
