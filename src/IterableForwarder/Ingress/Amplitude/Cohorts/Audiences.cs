using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Finds the connection of a message's cohort, creates it when it is missing, and lets it follow the cohort's name.</summary>
internal sealed class Audiences(IProjectDirectory directory, CohortConnections connections)
{
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<FoundCohort> GetOrCreateAsync(Project project, CohortMessage message, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var cohort = message.ToCohort(receivedAt);
        var found = await connections.GetOrCreateAsync(project, cohort, receivedAt, cancellationToken);
        if (found.Connection is not { } connection || ReferenceEquals(Follow(connection, cohort), connection)) return found;
        return new(await directory.UpdateAsync(connection.Id, c => Follow(c, cohort), cancellationToken) ?? connection, null);
    }

    /// <inheritdoc cref="CohortConnections.GetOrAddBinAsync"/>
    public Task<Connection> GetOrAddBinAsync(Project project, CancellationToken cancellationToken) => connections.GetOrAddBinAsync(project, cancellationToken);

    /// <summary>
    /// The same record where there is nothing new. The list stays: Amplitude tells only who comes and goes, so those who are on it
    /// would never get to another, and who leaves would be taken off one they are not on.
    /// </summary>
    private static Connection Follow(Connection connection, Cohort cohort)
    {
        if (!connection.FollowsSource || connection.Name == cohort.Name || cohort.Time < connection.SourceTime) return connection;
        return connection with { Name = cohort.Name, SourceTime = cohort.Time };
    }
}
