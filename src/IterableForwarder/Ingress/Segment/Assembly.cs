using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Ingress.Segment;

/// <summary>POST /ingest/segment/{projectId}: events of Segment's audiences, accepted all or none, and each once.</summary>
internal sealed class SegmentAssembly(
    IProjectDirectory directory, Audiences audiences, IOptions<IngestOptions> options, TimeProvider time, ILogger<SegmentAssembly> log)
    : IIngestAssembly<ProjectTarget, GatheredEvents>
{
    public bool IsOfProject => true;

    public Task<OrRefusal<ProjectTarget>> FindAsync(HttpContext context) => Task.FromResult(directory.FindProject(context, time));

    public BodyFormat<GatheredEvents> Open(ProjectTarget target, HttpContext context)
    {
        var project = target.Project;
        var events = new GatheredEvents(key => directory.TryGetByAudience(project.Id, Source.Segment, key, out var known) ? known : null, target.ReceivedAt, ChangeLimit.OfMessage(options.Value));
        return new SegmentFormat(project, events, context.Request);
    }

    /// <exception cref="ProjectGoneException">The project was deleted in the meantime.</exception>
    public async Task<Offer> AssembleAsync(ProjectTarget target, GatheredEvents message, CancellationToken cancellationToken)
    {
        var (connections, refusal) = await audiences.GetOrCreateAsync(target.Project, message, cancellationToken);
        return connections is null ? Offer.None(refusal!) : DealOut(target.Project, message, connections);
    }

    /// <summary>What was accepted before is taken out, and the rest offered again: each time fewer events are left.</summary>
    private Offer DealOut(Project project, GatheredEvents events, IReadOnlyList<FollowedConnection> connections)
    {
        var deal = new Deal(project, events, connections, options.Value.MaxListsPerMessage);
        var ignored = events.Ignored + events.NoEvents.Count;
        return new(deal.ToBatches(time), _ => TypedResults.Accepted((string?)null, deal.Response))
        {
            Messages = deal.Deduplication,
            Instead = acceptance =>
            {
                foreach (var repeated in acceptance.Repeated) deal.Exclude(repeated);
                return DealOut(project, events, connections);
            },
            Ignored = new(Source.Segment, ignored),
            AfterAsync = ignored > 0 && !project.EventsIgnored ? cancelled => WarnOfIgnoredAsync(project, cancelled) : null,
        };
    }

    /// <summary>A project's first are warned of: what its operator connected may not be what she meant to.</summary>
    private async Task WarnOfIgnoredAsync(Project project, CancellationToken cancellationToken)
    {
        var isFirst = false;
        await directory.UpdateAsync(project.Id, p => (isFirst = !p.EventsIgnored) ? p with { EventsIgnored = true } : p, cancellationToken);
        if (isFirst) SegmentLog.EventsIgnored(log, project.Id.ToString());
    }
}
