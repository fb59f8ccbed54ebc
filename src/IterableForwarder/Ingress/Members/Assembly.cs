using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Members;

/// <summary>The connection that changes are for.</summary>
internal sealed record MembersTarget(Project Project, Connection Connection)
{
    /// <summary>As it holds now.</summary>
    public EntryRule Rule { get; } = EntryRule.For(Connection, Connection.RuleFor(Project));

    /// <summary>When the request came.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Of the request's Idempotency-Key; null where it has none.</summary>
    public IdempotencyKey? IdempotencyKey { get; init; }

    /// <summary>A capacity is exceeded, and the request is a repetition, of which nothing is stored.</summary>
    public bool IsFull { get; init; }

    /// <summary>The connection that the path names.</summary>
    public static OrRefusal<MembersTarget> Find(IProjectDirectory directory, HttpContext context, TimeProvider time)
    {
        if (!FeedId.TryParse(context.IdOf("id"), out var id)
            || !directory.TryGet(id, out var connection)
            || !directory.TryGet(connection.ProjectId, out var project))
        {
            return new(null, Targets.NotFound("The connection does not exist."));
        }
        return context.MayUse(new MembersTarget(project, connection) { ReceivedAt = time.GetUtcNow() }, project, "this connection's project");
    }
}

/// <summary>POST /api/v1/connections/{id}/members: changes become a batch, accepted once where they come with an Idempotency-Key.</summary>
internal sealed class MembersAssembly(IProjectDirectory directory, IEntryJournal journal, PendingLimits limits, TimeProvider time)
    : IIngestAssembly<MembersTarget, MembersBody>
{
    public async Task<OrRefusal<MembersTarget>> FindAsync(HttpContext context)
    {
        var found = MembersTarget.Find(directory, context, time);
        if (found.Value is not { } target) return found;
        if (!IdempotencyHeader.TryRead(context, out var key)) return new(null, IdempotencyHeader.TooLong());
        var idempotencyKey = key is null ? null : IdempotencyHeader.KeyOf(target.Connection, key);
        var exceeded = limits.Check(target.Connection.Id, 1);
        // a repetition brings nothing new: it gets its first response however full it is
        if (exceeded is not null && (idempotencyKey is null || await journal.FindRepeatAsync(idempotencyKey, context.RequestAborted) is null))
            return new(null, new CapacityExceededResult(limits.Refuse(exceeded)));
        return new(target with { IdempotencyKey = idempotencyKey, IsFull = exceeded is not null }, null);
    }

    public BodyFormat<MembersBody> Open(MembersTarget target, HttpContext context)
    {
        var chunks = new ChunkStore(journal, target.IsFull ? null : limits, target.Connection, target.Rule);
        return new MembersFormat(context, chunks, target.ReceivedAt) { IsHashed = target.IdempotencyKey is not null, IsStored = true };
    }

    public Task<Offer> AssembleAsync(MembersTarget target, MembersBody message, CancellationToken cancellationToken)
    {
        var batch = new NewBatch
        {
            Id = BatchId.New(time),
            ProjectId = target.Project.Id,
            FeedId = target.Connection.Id,
            Source = Source.Members,
            Rule = target.Rule,
            ReceivedAt = target.ReceivedAt,
            Chunks = message.Chunks,
        };
        var idempotencyKey = target.IdempotencyKey is { } known ? known with { BodyHash = message.Hash } : null;
        return Task.FromResult(new Offer([batch], BatchAccepted.ResponseTo) { IdempotencyKey = idempotencyKey });
    }
}
