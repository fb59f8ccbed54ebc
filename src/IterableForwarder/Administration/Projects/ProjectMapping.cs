using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Projects;

/// <summary>From settings that have passed their rules to a project.</summary>
internal static class ProjectMapping
{
    public static Project ToProject(this ProjectRequest request, TimeProvider time) => new(request)
    {
        Id = ProjectId.New(time),
        ApiKey = request.ApiKey!,
        SegmentSecret = string.IsNullOrEmpty(request.SegmentSecret) ? null : request.SegmentSecret,
        CreatedAt = time.GetStoredNow(),
    };

    public static Project ApplyTo(this ProjectRequest request, Project project)
    {
        var changed = project.WithApiKey(request.ApiKey ?? project.ApiKey) with
        {
            SegmentSecret = request.SegmentSecret switch { null => project.SegmentSecret, "" => null, var secret => secret },
            // an operator's word ends the following of the source
            Source = project.Source is { } source ? source with { FollowsSource = false } : null,
        };
        // a key that works in one data center does not work in the other
        return (changed with { KeyUnverified = changed.KeyUnverified || request.DataCenter != project.DataCenter }).WithSettings<Project, ProjectSettings>(request);
    }
}
