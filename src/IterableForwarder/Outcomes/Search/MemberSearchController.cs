using IterableForwarder.Administration;
using IterableForwarder.Http;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Outcomes.Search;

/// <summary>Finds a person in all stored changes.</summary>
[Route("api/v1/members")]
[Tags("Members")]
internal sealed class MemberSearchController(IOutcomeReader outcomes, IProjectDirectory directory) : AdministrationController
{
    private const string Example = """{"email":"ann@example.com"}""";

    private const string ResponseExample =
        """
        {"items":[{"connectionId":"0199c0df01127d5c9a7b6c5d4e3f2a10","connection":"VIP customers","projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60",
                   "project":"Acme","listId":42,"list":null,"kind":"membership","batchId":"0199c0e2a1b27c3d9e8f7a6b5c4d3e2f","index":3,"action":"add",
                   "email":"ann@example.com","customerId":"c-1","mpid":null,"outcome":"rejected","reason":"invalid","detail":null,
                   "source":"members","sourceId":null,"occurredAt":null,"receivedAt":"2026-01-15T10:02:10.900Z","settledAt":"2026-01-15T10:02:11.120Z"}],
         "next":null}
        """;

    /// <summary>Finds every stored change of a person, the newest first</summary>
    /// <remarks>By e-mail, customer id or MPID, over all connections. A POST, so that no URL contains a person.</remarks>
    [HttpPost("search", Name = "searchMembers")]
    [ProducesResponseType<Page<FoundChangeResponse>>(StatusCodes.Status200OK)]
    [BodyExample(Example)]
    [BodyExample(ResponseExample, StatusCodes.Status200OK)]
    public async Task<ActionResult<Page<FoundChangeResponse>>> Search(
        MemberSearchRequest request, [FromQuery] MemberSearchPage page, CancellationToken cancellationToken)
    {
        var limit = page.Limit ?? PageRequest.DefaultLimit;
        var found = await outcomes.SearchAsync(
            new WantedMember(request.Email, request.CustomerId, request.Mpid), page.Before(), limit + 1, cancellationToken);
        return new Page<FoundChangeResponse>
        {
            Items = [.. found.Take(limit).Select(Show).OfType<FoundChangeResponse>()],
            Next = found.Count > limit ? MemberSearchPage.TextOf(found[limit - 1].Place) : null,
        };
    }

    private FoundChangeResponse? Show(FoundChange found) =>
        FoundPlace.Of(directory, found) is { } names ? FoundChangeResponse.Of(found, FeedPlace.Of(directory, found.FeedId), names) : null;
}
