using IterableForwarder.Changes;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Where messages go.</summary>
/// <param name="Events">The events of the stream.</param>
/// <param name="Users">Its users.</param>
/// <param name="Project">Its project.</param>
internal sealed record StreamTarget(StreamFeed Events, StreamFeed Users, Project Project)
{
    /// <summary>As it is set now.</summary>
    public EventStream Stream => Events.Stream;

    /// <summary>The body, where it was opened to find the caller's key; null where it was not.</summary>
    public IncomingBody? Body { get; init; }
}

/// <summary>Finds streams by the ids in paths.</summary>
internal sealed class StreamTargets(IProjectDirectory directory, IStreamDirectory streams)
{
    /// <summary>The stream, or the response that refuses the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">What the id is called in the path.</param>
    public OrRefusal<StreamTarget> Find(HttpContext context, string name)
    {
        if (!FeedId.TryParse(context.IdOf(name), out var id)
            || !streams.TryGet(id, out var stream)
            || streams.FeedsOf(stream) is not [var events, var users]
            || !directory.TryGet(stream.ProjectId, out var project))
        {
            return new(null, Targets.NotFound("The stream does not exist."));
        }
        return context.MayUse(new StreamTarget(events, users, project), project, "this stream's project");
    }
}
