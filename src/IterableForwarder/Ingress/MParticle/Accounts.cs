using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Security;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>A project, or the response that refuses the message.</summary>
internal sealed record FoundProject(Project? Project, IResult? Refusal);

/// <summary>Finds the project that a message is for, by the key it carries, and creates one where that is allowed.</summary>
internal sealed class Accounts(
    IProjectDirectory directory, KeyRotation rotation, SourceClock clock, IOptions<MParticleOptions> options, TimeProvider time, ILogger<Accounts> log)
{
    /// <summary>Projects that messages may create: whoever has the ingest key can make up any number of keys. An operator may create more.</summary>
    internal const int MaxCreated = 1000;

    /// <summary>The project with the message's key, where the caller may use it; nothing is created.</summary>
    public FoundProject Find(FirehoseRequest request)
    {
        if (!directory.TryGetByApiKey(request.ApiKey, out var project)) return new(null, null);
        return request.Caller.MayUse(project.Id) ? new(project, null) : Refuse("The key does not serve the project of this apiKey.");
    }

    /// <summary>The project, with its settings as the newest message has them; created when it is missing. Or a refusal.</summary>
    public async Task<FoundProject> GetOrCreateAsync(IReadOnlyList<GatheredAudience> audiences, FirehoseRequest request)
    {
        var found = Find(request);
        if (found.Refusal is not null) return found;
        if (found.Project is { } known) return new(await FollowAsync(known, request), null);
        if (await rotation.FindAsync(audiences, request) is { } rotated) return rotated;
        if (options.Value.Provisioning == Provisioning.Known)
            return Refuse("No project has this apiKey, and the service does not create one because Ingest:MParticle:Provisioning is 'known'. Nothing was accepted.");
        if (!request.Caller.MayUseAllProjects())
            return Refuse("No project has this apiKey, and an ingest key that is limited to projects cannot create one. Nothing was accepted.");
        if (directory.Projects.Count(p => p.Source is not null) >= MaxCreated)
            return Refuse($"No project has this apiKey, and the service does not create one because messages have created {MaxCreated} projects already. Create it with POST /api/v1/projects, or delete projects that are not used. Nothing was accepted.");
        return new(await CreateAsync(request), null);
    }

    private async Task<Project> FollowAsync(Project project, FirehoseRequest request)
    {
        var isNewest = clock.IsNewest(project.Id.Value, request.Time);
        if (ReferenceEquals(Follow(project), project)) return project;
        return await directory.UpdateAsync(project.Id, Follow, request.Aborted) ?? project;

        Project Follow(Project p) => SourceSettings.Follow(p, request.Message.Account, request.Time, isNewest);
    }

    private async Task<Project> CreateAsync(FirehoseRequest request)
    {
        var account = request.Message.Account;
        var project = new Project
        {
            Id = ProjectId.New(time),
            Name = account.Id is { } id ? $"mParticle {id}" : "mParticle",
            ApiKey = request.ApiKey,
            DataCenter = request.DataCenter,
            UserId = account.UserId ?? IdentityRule.CustomerId,
            Source = new() { Accounts = account.Id is { } own ? [own] : [], FollowsSource = true, SettingsTime = request.Time, KeyTime = request.Time },
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(request.ReceivedAt.ToUnixTimeMilliseconds()),
        };
        var added = await directory.GetOrAddAsync(project, request.Aborted);
        if (added.Id == project.Id) IngressMessages.ProjectCreated(log, project.Id.ToString());
        return added;
    }

    private static FoundProject Refuse(string why) => new(null, TypedResults.Problem(why, statusCode: StatusCodes.Status403Forbidden));
}
