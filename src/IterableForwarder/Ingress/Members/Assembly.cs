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
    public RepeatGuard? Guard { get; init; }

    /// <summary>There is no room, and the request is a repetition, of which nothing will stay.</summary>
    public bool IsFull { get; init; }

    /// <summary>The connection that the path names.</summary>
    public static OrRefusal<MembersTarget> Find(IProjectDirectory directory, HttpContext context, TimeProvider time)
    {
        if (!FeedId.TryParse(context.IdOf("id"), out var id)
            || !directory.TryGet(id, out var connection)
            || !directory.TryGet(connection.ProjectId, out var project))
        {
            return new(null, Targets.NotFound("There is no connection with this id."));
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
        if (!IdempotencyKey.TryRead(context, out var key)) return new(null, IdempotencyKey.TooLong());
        var guard = key is null ? null : IdempotencyKey.GuardOf(target.Connection, key);
        var noRoom = limits.Check(target.Connection.Id, 1);
        // a repetition brings nothing new: it gets its first answer however full it is
        if (noRoom is not null && (guard is null || await journal.FindRepeatAsync(guard, context.RequestAborted) is null))
            return new(null, new NoRoomResult(limits.Refuse(noRoom)));
        return new(target with { Guard = guard, IsFull = noRoom is not null }, null);
    }

    public BodyFormat<MembersBody> Open(MembersTarget target, HttpContext context)
    {
        var pieces = new PieceStore(journal, target.IsFull ? null : limits, target.Connection, target.Rule);
        return new MembersFormat(context, pieces, target.ReceivedAt) { IsHashed = target.Guard is not null, IsStored = true };
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
            Pieces = message.Pieces,
        };
        var guard = target.Guard is { } known ? known with { BodyHash = message.Hash } : null;
        return Task.FromResult(new Offer([batch], BatchAccepted.AnswerTo) { Guard = guard });
    }
}
