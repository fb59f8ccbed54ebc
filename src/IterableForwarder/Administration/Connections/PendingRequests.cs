using FluentValidation;
using IterableForwarder.Changes;

namespace IterableForwarder.Administration.Connections;

/// <summary>Pending changes that go to another list.</summary>
internal sealed record PendingMoveRequest
{
    /// <summary>The list that they wait for.</summary>
    public long? FromListId { get; init; }

    /// <summary>The list that they go to; by default that of the connection.</summary>
    public long? ToListId { get; init; }
}

/// <summary>How many pending changes were moved.</summary>
internal sealed record PendingMoveResponse(long Moved);

/// <summary>Pending changes that are given up.</summary>
internal record PendingDiscardRequest
{
    /// <summary>Those of one batch; all batches where it is left out.</summary>
    public string? BatchId { get; init; }

    /// <summary>Kept with each of them, and in the history; at most 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>The batch; null where it is left out.</summary>
    public BatchId? Batch() => Changes.BatchId.TryParse(BatchId, out var batch) ? batch : null;
}

/// <summary>Pending changes of a connection that are given up.</summary>
internal sealed record ConnectionDiscardRequest : PendingDiscardRequest
{
    /// <summary>Those for one list; all lists where it is left out.</summary>
    public long? ListId { get; init; }
}

/// <summary>How many pending changes were discarded.</summary>
internal sealed record PendingDiscardResponse(long Discarded);

internal sealed class PendingMoveRules : AbstractValidator<PendingMoveRequest>
{
    public PendingMoveRules()
    {
        RuleFor(r => r.FromListId).NotNull().WithMessage("is required").GreaterThan(0).WithMessage("must be 1 or more");
        RuleFor(r => r.ToListId).GreaterThan(0).WithMessage("must be 1 or more");
        RuleFor(r => r.ToListId).NotEqual(r => r.FromListId).When(r => r.FromListId is not null).WithMessage("must be another list than fromListId");
    }
}

internal abstract class PendingDiscardRules<T> : AbstractValidator<T>
    where T : PendingDiscardRequest
{
    protected PendingDiscardRules()
    {
        RuleFor(r => r.BatchId).Must(id => id is null || Changes.BatchId.TryParse(id, out _)).WithMessage("must be the id of a batch");
        RuleFor(r => r.Reason).MaximumLength(Rules.MaxCharacters).WithMessage($"must have at most {Rules.MaxCharacters} characters");
    }
}

internal sealed class StreamDiscardRules : PendingDiscardRules<PendingDiscardRequest>;

internal sealed class ConnectionDiscardRules : PendingDiscardRules<ConnectionDiscardRequest>
{
    public ConnectionDiscardRules() => RuleFor(r => r.ListId).GreaterThan(0).WithMessage("must be 1 or more");
}
