using System.Globalization;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Outcomes;

/// <summary>Outcomes of batches and their members.</summary>
[ApiController]
[Route("api/v1/batches")]
[Tags("Batches")]
[Authorize(Policies.Ingest)]
internal sealed class BatchesController(IOutcomeReader outcomes, IProjectDirectory directory, IStreamDirectory streams) : ControllerBase
{
    private const string Example =
        """
        {"id":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","connectionId":"0199c0df01127d5c9a7b6c5d4e3f2a10","kind":"membership","source":"members","sourceId":null,
         "replayOf":null,"receivedAt":"2026-01-15T10:02:10.900Z","completedAt":"2026-01-15T10:02:11.120Z","state":"completed",
         "counts":{"received":1000,"delivered":950,"superseded":20,"dropped":20,"rejected":10,"pending":0},
         "reasons":{"noEmail":20,"invalid":7,"conflict":3}}
        """;

    private const string MembersExample =
        """
        {"items":[{"index":3,"action":"add","email":"a@example","customerId":"c-1","mpid":null,"outcome":"rejected","reason":"invalid","detail":null}],
         "next":null}
        """;

    /// <summary>Shows the account of a batch</summary>
    [HttpGet("{id}", Name = "getBatch")]
    [ProducesResponseType<BatchResponse>(StatusCodes.Status200OK)]
    [BodyExample(Example, StatusCodes.Status200OK)]
    public async Task<ActionResult<BatchResponse>> Get(string id, CancellationToken cancellationToken)
    {
        if (!BatchId.TryParse(id, out var batch) || await outcomes.FindAsync(batch, cancellationToken) is not { } account) return Unknown();
        return User.MayUse(account.ProjectId) ? BatchResponse.Of(account, FeedPlace.Of(directory, account.FeedId)) : Forbid();
    }

    /// <summary>Lists batches, the newest first</summary>
    /// <remarks>With <c>sourceId</c>, the batches that one message of a source became: one for each connection it touched.</remarks>
    /// <param name="page">Which part of the list.</param>
    /// <param name="sourceId">The source's own id of the message.</param>
    /// <param name="connectionId">Only those of this connection, or of this stream.</param>
    [HttpGet(Name = "listBatches")]
    [ProducesResponseType<Page<BatchResponse>>(StatusCodes.Status200OK)]
    [BodyExample($$"""{"items":[{{Example}}],"next":null}""", StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<BatchResponse>>> List(
        [FromQuery] PageRequest page, string? sourceId = null, string? connectionId = null, CancellationToken cancellationToken = default)
    {
        if (connectionId is not null && !FeedId.TryParse(connectionId, out _)) return new Page<BatchResponse> { Items = [], Next = null };
        // what the caller may not see takes no place on the page
        var filter = FeedId.TryParse(connectionId, out var connection)
            ? new BatchFilter(sourceId, connection, FeedPlace.UsersOf(streams, connection), User.ProjectsOf())
            : new BatchFilter(sourceId, null, null, User.ProjectsOf());
        BatchId? after = BatchId.TryParse(page.After, out var last) ? last : null;
        var limit = page.Limit ?? PageRequest.DefaultLimit;
        var accounts = await outcomes.ListAsync(filter, after, limit + 1, cancellationToken);
        return new Page<BatchResponse>
        {
            Items = [.. accounts.Take(limit).Select(a => BatchResponse.Of(a, FeedPlace.Of(directory, a.FeedId)))],
            Next = accounts.Count > limit ? accounts[limit - 1].Id.ToString() : null,
        };
    }

    /// <summary>Lists the undelivered members of a batch, with reasons</summary>
    /// <param name="id">The batch.</param>
    /// <param name="page">Which part of the list.</param>
    /// <param name="outcome"><c>dropped</c> or <c>rejected</c>; both when left out.</param>
    [HttpGet("{id}/members", Name = "listBatchMembers")]
    [Authorize(Policies.Operator)]
    [ProducesResponseType<Page<MemberResponse>>(StatusCodes.Status200OK)]
    [BodyExample(MembersExample, StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<MemberResponse>>> Members(
        string id,
        [FromQuery] NumberedPageRequest page,
        [OneOf(Vocabulary.UndeliveredOutcomes)] string? outcome = null,
        CancellationToken cancellationToken = default)
    {
        if (!BatchId.TryParse(id, out var batch) || await outcomes.FindAsync(batch, cancellationToken) is null) return Unknown();
        if (!OutcomeWords.TryParse(outcome, out var wanted))
        {
            var errors = new ValidationErrors();
            errors.Add("outcome", $"must be one of: {OutcomeWords.Allowed}");
            return errors.ToObjectResult();
        }
        var limit = page.Limit ?? PageRequest.DefaultLimit;
        var members = await outcomes.ReadUndeliveredAsync(batch, wanted, page.Last() ?? -1, limit + 1, cancellationToken);
        return new Page<MemberResponse>
        {
            Items = [.. members.Take(limit).Select(MemberResponse.Of)],
            Next = members.Count > limit ? members[limit - 1].Index.ToString(CultureInfo.InvariantCulture) : null,
        };
    }

    private ObjectResult Unknown() => Problem(statusCode: StatusCodes.Status404NotFound, title: "Not found.", detail: "The batch does not exist.");
}
