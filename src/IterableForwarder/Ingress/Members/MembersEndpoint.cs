using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Members;

/// <summary>POST /api/v1/connections/{id}/members: accepts a batch.</summary>
internal sealed class MembersEndpoint(
    MembersRequestReader reader, IEntryJournal journal, PendingLimits limits, TimeProvider time, IngressLog log)
{
    private const string KeyHeader = "Idempotency-Key";

    public async Task<IResult> HandleAsync(string id, HttpContext context)
    {
        if (!reader.TryFind(id, context, out var project, out var connection, out var refusal)) return refusal;
        if (!TryReadKey(context, out var key)) return KeyTooLong();
        var guard = key is null ? null : new RepeatGuard(connection.Id.Value, SHA256.HashData(Encoding.UTF8.GetBytes(key)), null);
        var noRoom = limits.Check(connection.Id, 1);
        // a repetition brings nothing new: it gets its first answer however full it is
        if (noRoom is not null && (guard is null || await journal.FindRepeatAsync(guard, context.RequestAborted) is null)) return new NoRoomResult(limits.Refuse(noRoom));

        var receivedAt = time.GetUtcNow();
        var rule = EntryRule.For(connection, connection.RuleFor(project));
        await using var pieces = new PieceStore(journal, noRoom is null ? limits : null, connection, rule);
        var reading = await reader.ReadAsync(context, receivedAt, isHashed: key is not null, isStored: true, pieces.StageAsync);
        if (reading.Last is null) return reading.Refusal!;

        var batch = new NewBatch
        {
            Id = BatchId.New(time),
            ProjectId = project.Id,
            ConnectionId = connection.Id,
            Source = Source.Members,
            Rule = rule,
            ReceivedAt = receivedAt,
            Pieces = pieces.Finish(reading.Last),
        };
        var acceptance = await journal.AcceptAsync([batch], guard is null ? null : guard with { BodyHash = reading.BodyHash });
        if (acceptance.Kind == AcceptanceKind.Accepted)
        {
            pieces.Keep();
            log.Accepted(batch);
        }
        return AnswerTo(acceptance);
    }

    private static bool TryReadKey(HttpContext context, out string? key)
    {
        var header = context.Request.Headers[KeyHeader];
        key = header.Count > 0 && !string.IsNullOrWhiteSpace(header[0]) ? header[0] : null;
        return header.Count <= 1 && (key is null || key.Length <= ValueLimits.IdempotencyKey);
    }

    private static ProblemHttpResult KeyTooLong()
    {
        var faults = new Faults();
        faults.Add(KeyHeader, $"must be one header of at most {ValueLimits.IdempotencyKey} characters");
        return faults.ToResult();
    }

    private static IResult AnswerTo(Acceptance acceptance) => acceptance.Kind switch
    {
        AcceptanceKind.Accepted or AcceptanceKind.Repeated =>
            TypedResults.Accepted($"/api/v1/batches/{acceptance.BatchId}", new BatchAccepted(acceptance.BatchId.ToString()!, acceptance.Received)),
        AcceptanceKind.KeyReused =>
            TypedResults.Problem($"This {KeyHeader} was used for another body on this connection. Nothing was stored.", statusCode: StatusCodes.Status409Conflict),
        _ => throw new InvalidOperationException($"Unknown acceptance {acceptance.Kind}."),
    };
}
