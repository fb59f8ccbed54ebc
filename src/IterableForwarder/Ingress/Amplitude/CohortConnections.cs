using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.Amplitude;

/// <summary>A cohort, in whichever form it came.</summary>
/// <param name="AudienceId">Unique among the cohorts of a project.</param>
/// <param name="Name">What its connection is called.</param>
/// <param name="ListName">The list that is used or made, by exactly this name.</param>
/// <param name="Time">When it was said, in Unix milliseconds; null where the message does not tell.</param>
internal sealed record Cohort(string AudienceId, string Name, string ListName, long? Time = null);

/// <summary>The connections of cohorts. Iterable is not asked here: a new one owes its list, and delivery finds or makes it.</summary>
internal sealed class CohortConnections(IProjectDirectory directory, TimeProvider time, ILogger<CohortConnections> log)
{
    /// <summary>One for each cohort, however often it is asked for at once.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<Connection> FindOrMakeAsync(Project project, Cohort cohort, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        if (directory.TryGetByAudience(project.Id, Source.Amplitude, cohort.AudienceId, out var known)) return known;
        var connection = new Connection
        {
            Id = FeedId.New(time),
            ProjectId = project.Id,
            Name = cohort.Name,
            Source = Source.Amplitude,
            AudienceId = cohort.AudienceId,
            ListName = cohort.ListName,
            FollowsSource = true,
            SourceTime = cohort.Time,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(receivedAt.ToUnixTimeMilliseconds()),
        };
        var made = await directory.GetOrAddAsync(connection, cancellationToken);
        if (made.Id == connection.Id) IngressMessages.ConnectionMade(log, made.Id.ToString(), project.Id.ToString());
        return made;
    }

    /// <summary>
    /// What is accepted now goes to the connection's list of now. Cohorts bring both identifiers as they are: there is no rule to
    /// choose between them.
    /// </summary>
    public static EntryRule RuleFor(Connection connection, Project project) =>
        EntryRule.For(connection, connection.RuleFor(project) with { Identity = IdentityRule.AsGiven });
}
