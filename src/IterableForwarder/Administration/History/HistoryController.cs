using System.Globalization;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Administration.History;

/// <summary>Holds and pauses: by whom, when and why, and who ended them.</summary>
internal sealed class HistoryController(IProjectDirectory directory, IStreamDirectory streams) : AdministrationController
{
    private const string OfConnection =
        """
        {"items":[
          {"kind":"pause","reason":"pause","listId":null,"detail":"Campaign is over","by":"ops","since":"2026-01-15T10:02:11.120Z","endedAt":null,"endedBy":null,"endReason":null},
          {"kind":"hold","reason":"listNotFound","listId":42,"detail":"Invalid list id: 42","by":"service","since":"2026-01-14T08:00:00.000Z",
           "endedAt":"2026-01-14T08:31:07.500Z","endedBy":"service","endReason":null}],"next":null}
        """;

    private const string OfProject =
        """
        {"items":[
          {"kind":"hold","reason":"credentialsRejected","listId":null,"detail":"Invalid API key","by":"service","since":"2026-01-14T08:00:00.000Z",
           "endedAt":"2026-01-14T09:12:40.030Z","endedBy":"ops","endReason":"The key works again"}],"next":null}
        """;

    /// <summary>Lists a connection's pauses and holds, newest first</summary>
    /// <remarks>Kept for 90 days after they ended, or for the retention where that is longer. Holds of its project are listed with the project.</remarks>
    [HttpGet("api/v1/connections/{id}/history", Name = "listConnectionHistory")]
    [Tags("Connections")]
    [ProducesResponseType<Page<PastHoldResponse>>(StatusCodes.Status200OK)]
    [BodyExample(OfConnection, StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<PastHoldResponse>>> Connection(string id, [FromQuery] NumberedPageRequest page, CancellationToken cancellationToken) =>
        FeedId.TryParse(id, out var connection) && directory.TryGet(connection, out _)
            ? await PageOfAsync(page, HoldFilter.Of(connection), cancellationToken)
            : Unknown("connection");

    /// <summary>Lists a stream's pauses and holds, newest first</summary>
    /// <remarks>
    /// Of its events and of its users: a pause stops both and is listed once, a hold is of one of them. Kept for 90 days after they ended,
    /// or for the retention where that is longer. Holds of its project are listed with the project.
    /// </remarks>
    [HttpGet("api/v1/streams/{id}/history", Name = "listStreamHistory")]
    [Tags("Streams")]
    [ProducesResponseType<Page<PastHoldResponse>>(StatusCodes.Status200OK)]
    [BodyExample(OfConnection, StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<PastHoldResponse>>> Stream(string id, [FromQuery] NumberedPageRequest page, CancellationToken cancellationToken) =>
        FeedId.TryParse(id, out var parsed) && streams.TryGet(parsed, out var stream)
            ? await PageOfAsync(page, HoldFilter.Of(stream), cancellationToken)
            : Unknown("stream");

    /// <summary>Lists a project's holds, newest first</summary>
    /// <remarks>Kept for 90 days after they ended, or for the retention where that is longer.</remarks>
    [HttpGet("api/v1/projects/{id}/history", Name = "listProjectHistory")]
    [Tags("Projects")]
    [ProducesResponseType<Page<PastHoldResponse>>(StatusCodes.Status200OK)]
    [BodyExample(OfProject, StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<PastHoldResponse>>> Project(string id, [FromQuery] NumberedPageRequest page, CancellationToken cancellationToken) =>
        ProjectId.TryParse(id, out var project) && directory.TryGet(project, out _)
            ? await PageOfAsync(page, HoldFilter.Of(project), cancellationToken)
            : Unknown("project");

    private async Task<Page<PastHoldResponse>> PageOfAsync(NumberedPageRequest page, HoldFilter filter, CancellationToken cancellationToken)
    {
        var limit = page.Limit ?? PageRequest.DefaultLimit;
        // one more tells whether there are more
        var holds = await directory.ReadPastHoldsAsync(filter, page.Last() ?? long.MaxValue, limit + 1, cancellationToken);
        return new Page<PastHoldResponse>
        {
            Items = [.. holds.Take(limit).Select(PastHoldResponse.Of)],
            Next = holds.Count > limit ? holds[limit - 1].Number.ToString(CultureInfo.InvariantCulture) : null,
        };
    }
}
