using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>Finds the connections that stand for lists, by the name or by the id that was answered for it, and makes those that are missing.</summary>
internal sealed class Audiences(IProjectDirectory directory, CohortConnections connections)
{
    /// <summary>Keeps a list's name apart from the ids of cohorts that come by the webhook.</summary>
    private const string Prefix = "lists/";

    /// <summary>An audience may be called in 200, prefix and all.</summary>
    public static int MostCharacters => 200 - Prefix.Length;

    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public Task<Connection> FindOrMakeAsync(Project project, string name, DateTimeOffset receivedAt, CancellationToken cancellationToken) =>
        connections.FindOrMakeAsync(project, new(Prefix + name, name, name), receivedAt, cancellationToken);

    /// <summary>False for what is not the project's, or no cohort of Amplitude's.</summary>
    public bool TryFind(Project project, string id, [NotNullWhen(true)] out Connection? connection)
    {
        connection = null;
        if (!FeedId.TryParse(id, out var connectionId) || !directory.TryGet(connectionId, out var known)) return false;
        if (known.ProjectId != project.Id || known.Source != Source.Amplitude) return false;
        connection = known;
        return true;
    }
}
