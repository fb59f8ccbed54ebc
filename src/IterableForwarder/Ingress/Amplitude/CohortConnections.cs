using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude;

/// <summary>A cohort, in whichever form it came.</summary>
/// <param name="AudienceId">Unique among the cohorts of a project.</param>
/// <param name="Name">What its connection is called.</param>
/// <param name="ListName">The list that is used or created, by exactly this name.</param>
/// <param name="Time">When it was said, in Unix milliseconds; null where the message does not tell.</param>
internal sealed record Cohort(string AudienceId, string Name, string ListName, long? Time = null);

/// <summary>The connection of a cohort, or the response that refuses the request.</summary>
/// <param name="Connection">Null where the request is refused, and where the project has created as many cohorts as it may.</param>
/// <param name="Refusal">Null where the request goes on.</param>
internal readonly record struct FoundCohort(Connection? Connection, ProblemHttpResult? Refusal);

/// <summary>The connections of cohorts. Iterable is not asked here: a new one has only the name of its list, and delivery finds or creates it.</summary>
internal sealed class CohortConnections(NewAudiences connections, IOptions<AmplitudeOptions> options, TimeProvider time)
{
    /// <summary>One for each cohort, however often it is asked for at once.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<FoundCohort> GetOrCreateAsync(Project project, Cohort cohort, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        if (connections.TryFind(project.Id, Source.Amplitude, cohort.AudienceId, out var known)) return new(known, null);
        if (options.Value.Provisioning == Provisioning.Known) return new(null, UnknownAudiences.Refuse(project, [cohort.AudienceId], "Ingest:Amplitude:Provisioning"));
        var connection = new Connection
        {
            Id = FeedId.New(time),
            ProjectId = project.Id,
            Name = cohort.Name,
            Source = Source.Amplitude,
            AudienceId = cohort.AudienceId,
            ListName = cohort.ListName,
            FollowsSource = true,
            SourceTime = cohort.Time ?? receivedAt.ToUnixTimeMilliseconds(),
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(receivedAt.ToUnixTimeMilliseconds()),
        };
        return new((await connections.GetOrAddAsync([connection], cancellationToken))[0], null);
    }

    /// <summary>Keeps the changes of cohorts that may have no connection.</summary>
    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public Task<Connection> GetOrAddBinAsync(Project project, CancellationToken cancellationToken) => connections.GetOrAddBinAsync(project.Id, Source.Amplitude, cancellationToken);

    /// <summary>What refuses a request that brings no changes, where the project has created as many cohorts as it may.</summary>
    public CapacityExceeded Exceeded() => connections.Exceeded(Source.Amplitude);

    /// <summary>
    /// What is accepted now goes to the connection's present list. Cohorts bring both identifiers as they are: there is no rule to
    /// choose between them.
    /// </summary>
    public static EntryRule RuleFor(Connection connection, Project project) =>
        EntryRule.For(connection, connection.RuleFor(project) with { Identity = IdentityRule.AsGiven });
}
