using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Finds the connections that stand for lists, by the name or by the id that was answered for it, and creates those that are missing.</summary>
internal sealed class Audiences(IProjectDirectory directory, CohortConnections connections, PendingLimits limits)
{
    /// <summary>Keeps a list's name apart from the ids of cohorts that come by the webhook.</summary>
    private const string Prefix = "lists/";

    /// <summary>An audience may be called in 200, prefix and all.</summary>
    public static int MaxCharacters => 200 - Prefix.Length;

    /// <exception cref="CapacityExceededException">The project has created as many cohorts as it may. The request brings no changes that could be kept.</exception>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<FoundCohort> GetOrCreateAsync(Project project, string name, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var found = await connections.GetOrCreateAsync(project, new(Prefix + name, name, name), receivedAt, cancellationToken);
        return found is { Connection: null, Refusal: null } ? throw new CapacityExceededException(limits.Refuse(connections.Exceeded())) : found;
    }

    /// <summary>False for what is not the project's, or no cohort of Amplitude's.</summary>
    public bool TryFind(Project project, string id, [NotNullWhen(true)] out Connection? connection)
    {
        connection = null;
        if (!FeedId.TryParse(id, out var connectionId) || !directory.TryGet(connectionId, out var known)) return false;
        if (known.ProjectId != project.Id || known.Source != Source.Amplitude || known.IsBin) return false;
        connection = known;
        return true;
    }
}
