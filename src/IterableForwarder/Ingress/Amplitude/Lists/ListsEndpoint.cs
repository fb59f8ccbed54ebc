using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>POST /ingest/amplitude/{projectId}/lists, and below it /{id}/add and /{id}/remove: cohorts in the form of a list API.</summary>
internal sealed class ListsEndpoint(
    ProjectRequests requests, Audiences audiences, IEntryJournal journal, PendingLimits limits, TimeProvider time, IngressLog log)
{
    public async Task<IResult> MakeAsync(string projectId, HttpContext context)
    {
        if (!requests.TryFind(projectId, context, out var project, out var refusal)) return refusal;
        var faults = new Faults();
        var parser = new TextsParser(faults, "name");
        if (await requests.ReadAsync(context, parser, onFull: null) is { } unread) return unread;
        if (faults.Count == 0) Check(parser["name"], faults);
        if (faults.Count > 0 || parser["name"] is not { } name) return faults.ToResult();
        try
        {
            var connection = await audiences.FindOrMakeAsync(project, name, time.GetUtcNow(), context.RequestAborted);
            return TypedResults.Ok(new PartnerList(connection.Id.ToString()));
        }
        catch (ProjectGoneException)
        {
            return ProjectRequests.NoProject();
        }
    }

    private static void Check(string? name, Faults faults)
    {
        if (name is null) faults.Add("name", "is required: a text");
        else if (name.Length > Audiences.MostCharacters) faults.Add("name", $"must have at most {Audiences.MostCharacters} characters");
    }

    public async Task<IResult> ChangeAsync(ChangeAction action, string projectId, string id, HttpContext context)
    {
        if (!requests.TryFind(projectId, context, out var project, out var refusal)) return refusal;
        if (!audiences.TryFind(project, id, out var connection))
            return TypedResults.Problem("There is no list with this id in the project.", statusCode: StatusCodes.Status404NotFound);
        if (limits.Check(connection.Id, 1) is { } noRoom) return new NoRoomResult(limits.Refuse(noRoom));

        var receivedAt = time.GetUtcNow();
        var rule = CohortConnections.RuleFor(connection, project);
        var faults = new Faults();
        var parser = new ListsParser(action, new(connection.Identifiers), new PieceBuilder(receivedAt), faults);
        await using var pieces = new PieceStore(journal, limits, connection, rule);
        if (await requests.ReadAsync(context, parser, GiveAwayAsync) is { } unread) return unread;
        if (faults.Count > 0) return faults.ToResult();

        var batch = new NewBatch
        {
            Id = BatchId.New(time),
            ProjectId = project.Id,
            ConnectionId = connection.Id,
            Source = Source.Amplitude,
            Rule = rule,
            ReceivedAt = receivedAt,
            Pieces = pieces.Finish(parser.Piece),
        };
        var acceptance = await journal.AcceptAsync([batch], guard: null);
        pieces.Keep();
        log.Accepted(batch);
        return TypedResults.Ok(CohortAccepted.Of(acceptance));

        async Task GiveAwayAsync()
        {
            await pieces.StageAsync(parser.Piece);
            parser.Piece = new PieceBuilder(receivedAt);
        }
    }
}
