using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.Limits;

/// <summary>What is limited apart from one another.</summary>
internal enum EndpointClass
{
    Lists,
    ListReads,
    UsersBulkUpdate,
    Users,
    EventsTrackBulk,
    Events,
    UserReads,
    UserDeletes,
    UserFields,
    UserForgets,
    UserForgetsPerDay,
    UserMerges,
    ExportStarts,
    ExportFiles,
}

internal static class EndpointClasses
{
    public static readonly EndpointClass[] All = Enum.GetValues<EndpointClass>();

    public static RateLimit Of(this ProjectLimits limits, EndpointClass endpointClass) => endpointClass switch
    {
        EndpointClass.Lists => limits.Lists,
        EndpointClass.ListReads => limits.ListReads,
        EndpointClass.UsersBulkUpdate => limits.UsersBulkUpdate,
        EndpointClass.Users => limits.Users,
        EndpointClass.EventsTrackBulk => limits.EventsTrackBulk,
        EndpointClass.Events => limits.Events,
        EndpointClass.UserReads => limits.UserReads,
        EndpointClass.UserDeletes => limits.UserDeletes,
        EndpointClass.UserFields => limits.UserFields,
        EndpointClass.UserForgets => limits.UserForgets,
        EndpointClass.UserForgetsPerDay => limits.UserForgetsPerDay,
        EndpointClass.UserMerges => limits.UserMerges,
        EndpointClass.ExportStarts => limits.ExportStarts,
        EndpointClass.ExportFiles => limits.ExportFiles,
        _ => throw new ArgumentOutOfRangeException(nameof(endpointClass)),
    };
}
