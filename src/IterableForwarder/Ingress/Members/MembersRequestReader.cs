using System.Diagnostics.CodeAnalysis;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Members;

/// <summary>What every request with changes begins with: the connection, the right to it, and the body.</summary>
internal sealed class MembersRequestReader(IProjectDirectory directory, IOptions<IngestOptions> options)
{
    /// <summary>True with the connection and its project; false with the answer that refuses the request.</summary>
    public bool TryFind(
        string id,
        HttpContext context,
        [NotNullWhen(true)] out Project? project,
        [NotNullWhen(true)] out Connection? connection,
        [NotNullWhen(false)] out ProblemHttpResult? refusal)
    {
        (project, connection, refusal) = (null, null, null);
        if (!ConnectionId.TryParse(id, out var connectionId)
            || !directory.TryGet(connectionId, out connection)
            || !connection.IsOfAudience
            || !directory.TryGet(connection.ProjectId, out project))
        {
            refusal = TypedResults.Problem("There is no connection with this id.", statusCode: StatusCodes.Status404NotFound);
        }
        else if (!context.User.MayUse(project.Id))
        {
            refusal = TypedResults.Problem("The key does not serve this connection's project.", statusCode: StatusCodes.Status403Forbidden);
        }
        return refusal is null;
    }

    /// <summary>Reads the body to its end. What it comes to is either the last piece, or a refusal with every fault.</summary>
    public async Task<MembersReading> ReadAsync(
        HttpContext context, DateTimeOffset receivedAt, bool isHashed, bool isStored, Func<PieceBuilder, Task> onFull)
    {
        var form = MediaTypes.FormOf(context.Request);
        if (form == BodyForm.Unsupported)
            return new(null, null, BodyAnswers.Refuse(StatusCodes.Status415UnsupportedMediaType, $"Send the changes as {MediaTypes.Json} or {MediaTypes.Ndjson}."));
        var limit = form == BodyForm.Ndjson && isStored ? options.Value.MaxNdjsonBytes : options.Value.MaxBodyBytes;
        await using var body = IncomingBody.Open(context.Request, limit, isHashed);
        if (body is null) return new(null, null, BodyAnswers.UnknownEncoding());

        var faults = new Faults();
        var first = new PieceBuilder(receivedAt);
        IChangesParser parser = form == BodyForm.Json ? new MembersParser(first, faults) : new LinesParser(first, faults);
        var refusal = await BodyAnswers.ReadAsync(() => BodyLoop.ReadAsync(body.Reader, parser, GiveAwayAsync, context.RequestAborted), faults);
        if (refusal is not null) return new(null, null, refusal);
        return faults.Count > 0 ? new(null, null, faults.ToResult()) : new(parser.Piece, body.TakeHash(), null);

        async Task GiveAwayAsync()
        {
            await onFull(parser.Piece);
            parser.Piece = new PieceBuilder(receivedAt);
        }
    }
}

/// <summary>A body that was read.</summary>
/// <param name="Last">The last piece; null when the body is refused.</param>
/// <param name="BodyHash">SHA-256 of the body, where it was asked for.</param>
/// <param name="Refusal">The answer, when it is refused.</param>
internal sealed record MembersReading(PieceBuilder? Last, byte[]? BodyHash, ProblemHttpResult? Refusal);
