using System.Globalization;
using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Delivery.Lists;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace IterableForwarder.Ingress.Segment;

/// <summary>What Segment asks for: one of the two. Other fields are ignored.</summary>
/// <param name="AudienceName">The list of exactly this name is used, or made.</param>
/// <param name="ExternalId">The id of a list that was answered before.</param>
internal sealed record AudienceRequest(string? AudienceName = null, string? ExternalId = null);

/// <summary>The list of an audience, by the id under which Segment names it in the audience's events.</summary>
/// <param name="ExternalId">The id of the Iterable list.</param>
internal sealed record SegmentAudience(string ExternalId);

/// <summary>POST /ingest/segment/{projectId}/audiences: Segment's destination "Webhook Audiences" asks for the list of an audience, or whether it is there.</summary>
internal sealed class AudiencesEndpoint(ProjectRequests requests, ILists lists)
{
    /// <summary>Of Segment's calls to <c>createAudienceUrl</c>.</summary>
    private const string AudienceName = "audienceName";

    /// <summary>Of Segment's calls to <c>getAudienceUrl</c>.</summary>
    private const string ExternalId = "externalId";

    /// <summary>A connection's list is named in at most so many.</summary>
    private const int MostCharacters = 200;

    /// <summary>What else stands in the body are the destination's extras, which say nothing about a list.</summary>
    public async Task<IResult> HandleAsync(string projectId, HttpContext context)
    {
        if (!requests.TryFind(projectId, context, out var project, out var refusal)) return refusal;
        var faults = new Faults();
        var parser = new TextsParser(faults, AudienceName, ExternalId) { Id = ExternalId };
        if (await requests.ReadAsync(context, parser, onFull: null) is { } unread) return unread;
        var (name, id) = (parser[AudienceName], parser[ExternalId]);
        Check(name, id, faults);
        if (faults.Count > 0) return faults.ToResult();
        return id is null ? await ResolveAsync(project, name!, context.RequestAborted) : await FindAsync(project, IdOf(id)!.Value, context.RequestAborted);
    }

    private static void Check(string? name, string? id, Faults faults)
    {
        if (faults.Count > 0) return;
        if (name is null && id is null) faults.Add(AudienceName, $"is required as a text, unless {ExternalId} is given");
        if (name?.Length > MostCharacters) faults.Add(AudienceName, $"must have at most {MostCharacters} characters");
        if (id is not null && IdOf(id) is null) faults.Add(ExternalId, "must be the id of an Iterable list, as it was answered for the audience");
    }

    private static long? IdOf(string text) => JsonNumbers.IdOf(Encoding.UTF8.GetBytes(text));

    private async Task<IResult> ResolveAsync(Project project, string name, CancellationToken cancellationToken)
    {
        var list = await lists.ResolveAsync(project, name, cancellationToken);
        return list.Fault is { } fault ? Refuse(fault) : Answer(list.ListId);
    }

    private async Task<IResult> FindAsync(Project project, long id, CancellationToken cancellationToken)
    {
        var (name, fault) = await lists.FindAsync(project, id, cancellationToken);
        if (fault is not null) return Refuse(fault);
        return name is null ? TypedResults.Problem("Iterable has no list with this id.", statusCode: StatusCodes.Status404NotFound) : Answer(id);
    }

    private static Ok<SegmentAudience> Answer(long id) => TypedResults.Ok(new SegmentAudience(id.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Where Iterable itself did not object, as with a name that several lists have, trying again will not help.</summary>
    private static ProblemHttpResult Refuse(ListFault fault) => fault.Kind is null && fault.Code != ListFault.NotShownYet
        ? TypedResults.Problem(fault.Message, statusCode: StatusCodes.Status409Conflict)
        : TypedResults.Problem($"{fault.Code}: {fault.Message}", statusCode: StatusCodes.Status502BadGateway, title: "Iterable did not find or make the list.");
}
