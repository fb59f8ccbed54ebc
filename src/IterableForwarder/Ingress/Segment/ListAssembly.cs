using IterableForwarder.Delivery.Lists;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Segment;

/// <summary>POST /ingest/segment/{projectId}/audiences: Segment's destination "Webhook Audiences" asks for the list of an audience, or whether it is there.</summary>
internal sealed class ListAssembly(IProjectDirectory directory, ILists lists, TimeProvider time) : IIngestAssembly<ProjectTarget, AudienceRequest>
{
    public Task<OrRefusal<ProjectTarget>> FindAsync(HttpContext context) => Task.FromResult(directory.FindProject(context, time));

    public BodyFormat<AudienceRequest> Open(ProjectTarget target, HttpContext context) => new ListFormat();

    public async Task<Offer> AssembleAsync(ProjectTarget target, AudienceRequest message, CancellationToken cancellationToken) => Offer.None(
        message.ExternalId is { } id
            ? await FindAsync(target.Project, ListFormat.IdOf(id)!.Value, cancellationToken)
            : await ResolveAsync(target.Project, message.AudienceName!, cancellationToken));

    private async Task<IResult> ResolveAsync(Project project, string name, CancellationToken cancellationToken)
    {
        var list = await lists.ResolveAsync(project, name, cancellationToken);
        return list.Error is { } error ? SegmentAudience.Refuse(error) : SegmentAudience.ResponseTo(list.ListId);
    }

    private async Task<IResult> FindAsync(Project project, long id, CancellationToken cancellationToken)
    {
        var (name, error) = await lists.FindAsync(project, id, cancellationToken);
        if (error is not null) return SegmentAudience.Refuse(error);
        return name is null ? Targets.NotFound("Iterable has no list with this id.") : SegmentAudience.ResponseTo(id);
    }
}
