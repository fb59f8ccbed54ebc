using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The projects, the connections and the flow of all feeds, held in memory and written through to the store. Reads are immediate and see
/// every write that has returned; updates of one thing are applied one after the other. Writes throw
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal interface IProjectDirectory
{
    IReadOnlyCollection<Project> Projects { get; }

    bool TryGet(ProjectId id, [NotNullWhen(true)] out Project? project);

    bool TryGetByApiKey(string apiKey, [NotNullWhen(true)] out Project? project);

    /// <summary>Adds the project, unless its key is taken: then the one that has it comes back, and nothing is stored.</summary>
    Task<Project> GetOrAddAsync(Project project, CancellationToken cancellationToken);

    /// <summary>
    /// Applies <paramref name="change"/> to the newest state. Null when there is no such project; nothing is written when the
    /// very same record comes back. A hold that begins or ends with it goes into the history.
    /// </summary>
    /// <param name="id">The project.</param>
    /// <param name="change">Its new state from the newest.</param>
    /// <param name="by">Who changes it, and why a pause or a hold ends with it.</param>
    /// <param name="cancellationToken">Gives up waiting for others.</param>
    /// <exception cref="ApiKeyTakenException">Another project has the new key.</exception>
    Task<Project?> UpdateAsync(ProjectId id, Func<Project, Project> change, Author by, CancellationToken cancellationToken);

    /// <summary>The same, where the service itself changes it.</summary>
    /// <exception cref="ApiKeyTakenException">Another project has the new key.</exception>
    Task<Project?> UpdateAsync(ProjectId id, Func<Project, Project> change, CancellationToken cancellationToken) =>
        UpdateAsync(id, change, HoldCause.Service, cancellationToken);

    /// <summary>False while it has connections or streams.</summary>
    Task<bool> TryDeleteAsync(ProjectId id, CancellationToken cancellationToken);

    IReadOnlyCollection<Connection> ConnectionsOf(ProjectId project);

    /// <summary>The connection; a stream is none, and neither are its feeds.</summary>
    bool TryGet(FeedId id, [NotNullWhen(true)] out Connection? connection);

    bool TryGetByAudience(ProjectId project, Source source, string audienceId, [NotNullWhen(true)] out Connection? connection);

    /// <summary>Adds the connection, unless its audience has one in the project: then that one comes back, and nothing is stored.</summary>
    /// <exception cref="ProjectGoneException">There is no such project, or no longer.</exception>
    async Task<Connection> GetOrAddAsync(Connection connection, CancellationToken cancellationToken) => (await GetOrAddAsync([connection], cancellationToken))[0];

    /// <summary>
    /// The same for connections of one project, 500 in each commit. Where it fails, some of them may be there, without a change; the next
    /// attempt finds them.
    /// </summary>
    /// <returns>For each the one that is there now.</returns>
    /// <exception cref="ProjectGoneException">There is no such project, or no longer.</exception>
    Task<IReadOnlyList<Connection>> GetOrAddAsync(IReadOnlyList<Connection> connections, CancellationToken cancellationToken);

    /// <summary>
    /// Applies <paramref name="change"/> to the newest state. Null when there is no such connection; nothing is written when the
    /// very same record comes back. A pause or hold that begins or ends with it goes into the history.
    /// </summary>
    /// <param name="id">The connection.</param>
    /// <param name="change">Its new state from the newest.</param>
    /// <param name="by">Who changes it, and why a pause or a hold ends with it.</param>
    /// <param name="cancellationToken">Gives up waiting for others.</param>
    /// <exception cref="AudienceTakenException">Another connection of the project has the new audience.</exception>
    Task<Connection?> UpdateAsync(FeedId id, Func<Connection, Connection> change, Author by, CancellationToken cancellationToken);

    /// <summary>The same, where the service itself changes it.</summary>
    /// <exception cref="AudienceTakenException">Another connection of the project has the new audience.</exception>
    Task<Connection?> UpdateAsync(FeedId id, Func<Connection, Connection> change, CancellationToken cancellationToken) =>
        UpdateAsync(id, change, HoldCause.Service, cancellationToken);

    /// <summary>False while changes are pending. Its history goes with it. Nothing but a connection is deleted.</summary>
    Task<bool> TryDeleteAsync(FeedId id, CancellationToken cancellationToken);

    /// <summary>The connections of the project and the feeds of its streams.</summary>
    IReadOnlyCollection<IFeed> FeedsOf(ProjectId project);

    /// <summary>The feed: a connection, or the events or the users of a stream.</summary>
    bool TryGetFeed(FeedId id, [NotNullWhen(true)] out IFeed? feed);

    /// <summary>
    /// Applies <paramref name="change"/> to the newest flow of a feed. Null when there is no such feed; nothing is written when the very same
    /// record comes back. A pause or hold that begins or ends with it goes into the history.
    /// </summary>
    /// <param name="id">The feed.</param>
    /// <param name="change">Its new flow from the newest.</param>
    /// <param name="by">Who changes it, and why a pause or a hold ends with it.</param>
    /// <param name="cancellationToken">Gives up waiting for others.</param>
    Task<IFeed?> UpdateFlowAsync(FeedId id, Func<FeedFlow, FeedFlow> change, Author by, CancellationToken cancellationToken);

    /// <summary>The same, where the service itself changes it.</summary>
    Task<IFeed?> UpdateFlowAsync(FeedId id, Func<FeedFlow, FeedFlow> change, CancellationToken cancellationToken) =>
        UpdateFlowAsync(id, change, HoldCause.Service, cancellationToken);

    /// <summary>The pauses and holds there were, the newest first. Details may speak of a member: they are for operators.</summary>
    /// <param name="filter">Whose they are.</param>
    /// <param name="before">Those with a lower number only.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">The store cannot be read.</exception>
    Task<IReadOnlyList<PastHold>> ReadPastHoldsAsync(HoldFilter filter, long before, int limit, CancellationToken cancellationToken);

    /// <summary>Raised after a write, with the project it concerns, so that delivery looks again. Handlers must return at once.</summary>
    event Action<ProjectId>? Changed;
}

/// <summary>Another project already uses this Iterable key.</summary>
internal sealed class ApiKeyTakenException() : Exception("Another project already uses this API key.");

/// <summary>Another connection of the project already has this audience of this source.</summary>
internal sealed class AudienceTakenException() : Exception("Another connection of the project already has this audience.");

/// <summary>The project a connection was to belong to does not exist, or no longer.</summary>
internal sealed class ProjectGoneException() : Exception("The project does not exist.");
