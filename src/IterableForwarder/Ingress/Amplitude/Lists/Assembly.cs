using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>POST /ingest/amplitude/{projectId}/lists: the connection that stands for a list, created if it is missing.</summary>
internal sealed class NameAssembly(IProjectDirectory directory, Audiences audiences, TimeProvider time) : IIngestAssembly<ProjectTarget, string>
{
    public bool IsOfProject => true;

    public Task<OrRefusal<ProjectTarget>> FindAsync(HttpContext context) => Task.FromResult(directory.FindProject(context, time));

    public BodyFormat<string> Open(ProjectTarget target, HttpContext context) => new NameFormat();

    /// <exception cref="CapacityExceededException">The project has created as many cohorts as it may.</exception>
    public async Task<Offer> AssembleAsync(ProjectTarget target, string message, CancellationToken cancellationToken)
    {
        var (connection, refusal) = await audiences.GetOrCreateAsync(target.Project, message, time.GetUtcNow(), cancellationToken);
        return Offer.None(connection is null ? refusal! : TypedResults.Ok(new PartnerList(connection.Id.ToString())));
    }
}

/// <summary>What a path asks for, as metadata of its endpoint.</summary>
internal sealed record AskedAction(ChangeAction Action);

/// <summary>The list that users enter or leave.</summary>
internal sealed record UsersTarget(ChangeAction Action, Project Project, Connection Connection, DateTimeOffset ReceivedAt)
{
    /// <summary>As it holds now.</summary>
    public EntryRule Rule { get; } = CohortConnections.RuleFor(Connection, Project);
}

/// <summary>POST …/lists/{id}/add and …/lists/{id}/remove: users of a cohort in the form of a list API.</summary>
internal sealed class UsersAssembly(
    IProjectDirectory directory, Audiences audiences, IEntryJournal journal, PendingLimits limits, IOptions<IngestOptions> options, TimeProvider time)
    : IIngestAssembly<UsersTarget, IReadOnlyList<Chunk>>
{
    public Task<OrRefusal<UsersTarget>> FindAsync(HttpContext context) => Task.FromResult(Find(context));

    public BodyFormat<IReadOnlyList<Chunk>> Open(UsersTarget target, HttpContext context) =>
        new UsersFormat(target, new ChunkStore(journal, limits, target.Connection, target.Rule)) { Limit = ChangeLimit.OfMessage(options.Value) };

    public Task<Offer> AssembleAsync(UsersTarget target, IReadOnlyList<Chunk> message, CancellationToken cancellationToken)
    {
        var batch = new NewBatch
        {
            Id = BatchId.New(time),
            ProjectId = target.Project.Id,
            FeedId = target.Connection.Id,
            Source = Source.Amplitude,
            Rule = target.Rule,
            ReceivedAt = target.ReceivedAt,
            Chunks = message,
        };
        return Task.FromResult(new Offer([batch], CohortAccepted.ResponseTo));
    }

    private OrRefusal<UsersTarget> Find(HttpContext context)
    {
        var (target, refusal) = directory.FindProject(context, time);
        if (target is null) return new(null, refusal);
        if (!audiences.TryFind(target.Project, context.IdOf("id"), out var connection))
            return new(null, Targets.NotFound("The list does not exist in the project."));
        if (limits.Check(connection.Id, 1) is { } exceeded) return new(null, new CapacityExceededResult(limits.Refuse(exceeded)));
        var asked = context.GetEndpoint()!.Metadata.GetRequiredMetadata<AskedAction>();
        return new(new(asked.Action, target.Project, connection, target.ReceivedAt), null);
    }
}
