using System.Collections.Concurrent;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>What Iterable's answer says of a new key.</summary>
internal enum KeyVerdict
{
    /// <summary>It shows a list of the project: it is a key of the same project.</summary>
    SameProject,

    /// <summary>It works, and shows none of the project's lists.</summary>
    OtherProject,

    /// <summary>Iterable refuses it. It may be mistyped, or not work yet.</summary>
    Refused,

    /// <summary>Iterable cannot be asked now.</summary>
    Unknown,
}

/// <summary>
/// A key that no project has, from an account that has sent before, for an audience that is known: as a rule the customer has
/// rotated the key. A second project for it would be a second owner of the same lists, so Iterable is asked first.
/// </summary>
internal sealed class KeyRotation(
    IProjectDirectory directory, KeyCheck keys, IOptions<MParticleOptions> options, TimeProvider time, ILogger<KeyRotation> log)
{
    private readonly ConcurrentDictionary<ProjectId, KeyQuestions> _questions = new();
    private readonly KeyedLock<ProjectId> _asking = new();

    /// <summary>The project the key belongs to; a refusal where that cannot be told now; null where it is a new one's.</summary>
    public async Task<FoundProject?> FindAsync(IReadOnlyList<GatheredAudience> audiences, FirehoseRequest request)
    {
        foreach (var project in CandidatesFor(audiences, request))
        {
            if (!request.Caller.MayUse(project.Id)) continue;
            var verdict = await AskAsync(project, request);
            if (verdict == KeyVerdict.OtherProject) continue;
            if (verdict == KeyVerdict.SameProject) return new(await TakeOverAsync(project, request.ApiKey, request.Time, request.Message.Account.Id), null);
            // it feeds the very list: wherever the key belongs, this project owns what comes for it
            if (audiences.Any(a => FeedsListOf(project, a))) return new(project, null);
            if (verdict == KeyVerdict.Unknown) return new(null, new RetryLater("Whose key this is has to be asked of Iterable, which does not answer. Nothing was accepted."));
        }
        return null;
    }

    /// <summary>Asks again for keys that could not be told, so that what is kept for them does not wait for the next message.</summary>
    public async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, questions) in _questions)
        {
            if (!directory.TryGet(id, out var project)) _questions.TryRemove(id, out _);
            else if (questions.NewestUndecided(key => directory.TryGetByApiKey(key, out _)) is { } key) await AskAgainAsync(project, questions, key, cancellationToken);
        }
    }

    private async Task AskAgainAsync(Project project, KeyQuestions questions, UndecidedKey key, CancellationToken cancellationToken)
    {
        using var turn = await _asking.EnterAsync(project.Id, cancellationToken);
        if (!questions.MayAsk(key.ApiKey)) return;
        var (verdict, _) = await AskAsync(project, key.ApiKey, cancellationToken);
        questions.Answered(key, verdict);
        if (verdict == KeyVerdict.SameProject) await TakeOverAsync(project, key.ApiKey, key.MessageTime, key.Account);
    }

    /// <summary>Projects of the account, oldest first: those that know the audience, and those whose own key Iterable refuses.</summary>
    private IEnumerable<Project> CandidatesFor(IReadOnlyList<GatheredAudience> audiences, FirehoseRequest request)
    {
        if (request.Message.Account.Id is not { } account) return [];
        return directory.Projects
            .Where(p => p.DataCenter == request.DataCenter && p.Source?.Accounts.Contains(account) == true)
            .Where(p => p.Hold?.Reason == HoldCause.CredentialsRejected || audiences.Any(a => directory.TryGetByAudience(p.Id, Source.MParticle, a.Id, out _)))
            .OrderBy(p => p.CreatedAt);
    }

    private bool FeedsListOf(Project project, GatheredAudience audience) =>
        directory.TryGetByAudience(project.Id, Source.MParticle, audience.Id, out var connection)
        && (audience.List.ListId is null || audience.List.ListId == connection.ListId);

    private HashSet<long> ListsOf(Project project) =>
        [.. directory.ConnectionsOf(project.Id).Where(c => c.Source == Source.MParticle && c.ListId is not null).Select(c => c.ListId!.Value)];

    /// <summary>What is known of the key. Iterable is asked no more often than <see cref="KeyQuestions"/> allows, whichever message needs the answer.</summary>
    private async Task<KeyVerdict> AskAsync(Project project, FirehoseRequest request)
    {
        var questions = _questions.GetOrAdd(project.Id, _ => new KeyQuestions(options.Value.VerifyEvery, time));
        var key = new UndecidedKey(request.ApiKey, request.Time, request.Message.Account.Id);
        using var turn = await _asking.EnterAsync(project.Id, request.Aborted);
        var known = questions.Note(key);
        if (!questions.MayAsk(request.ApiKey)) return known;
        var (verdict, code) = await AskAsync(project, request.ApiKey, request.Aborted);
        questions.Answered(key, verdict);
        if (verdict is KeyVerdict.Refused or KeyVerdict.Unknown)
            MParticleLog.KeyUndecided(log, request.Message.Account.Id, project.Id.ToString(), code);
        return verdict;
    }

    private async Task<(KeyVerdict Verdict, string? Code)> AskAsync(Project project, string apiKey, CancellationToken cancellationToken)
    {
        var key = await keys.AskAsideAsync(project with { ApiKey = apiKey }, cancellationToken);
        if (key.Lists is { } shown) return (ListsOf(project).Overlaps(shown.Select(l => l.Id)) ? KeyVerdict.SameProject : KeyVerdict.OtherProject, null);
        return (key.IsRefused ? KeyVerdict.Refused : KeyVerdict.Unknown, key.Error!.Code);
    }

    /// <summary>The newest key counts: a message that was sent with the old one and comes late does not bring that back.</summary>
    private async Task<Project> TakeOverAsync(Project project, string apiKey, long at, string? account)
    {
        try
        {
            var after = await directory.UpdateAsync(project.Id, p => Take(p, apiKey, at), CancellationToken.None);
            if (after is not null && after.ApiKey == apiKey && project.ApiKey != apiKey) MParticleLog.KeyRotated(log, project.Id.ToString(), account);
            return after ?? project;
        }
        catch (ApiKeyTakenException)
        {
            return directory.TryGetByApiKey(apiKey, out var other) ? other : project;
        }
    }

    private static Project Take(Project project, string apiKey, long at)
    {
        if (project.ApiKey == apiKey || at <= project.Source?.KeyTime) return project;
        return project.WithApiKey(apiKey) with { Source = (project.Source ?? new()) with { KeyTime = at } };
    }
}

/// <summary>Keeps asking for keys that could not be told at once.</summary>
internal sealed class KeyRotationRetries(KeyRotation rotation, IOptions<MParticleOptions> options, TimeProvider time, ILogger<KeyRotationRetries> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.VerifyEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await rotation.AskAgainAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                MParticleLog.KeyRetryFailed(log, e);
            }
        }
    }
}
