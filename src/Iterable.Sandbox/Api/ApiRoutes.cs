using Iterable.Sandbox.Exports;
using Iterable.Sandbox.Limits;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>The part of Iterable's API that is imitated.</summary>
internal static class ApiRoutes
{
    private static readonly Endpoint Nowhere = new("*", "other", EndpointClass.Lists, null);

    public static void MapApi(this IEndpointRouteBuilder routes)
    {
        var pipeline = routes.ServiceProvider.GetRequiredService<ApiPipeline>();
        foreach (var endpoint in Endpoints(routes.ServiceProvider.GetRequiredService<World>()))
        {
            // A RequestDelegate, so that nothing is bound by reflection on a call.
            RequestDelegate run = http => pipeline.RunAsync(http, endpoint);
            routes.MapMethods(endpoint.Path, [endpoint.Method], run);
        }
        RequestDelegate runNowhere = http => pipeline.RunAsync(http, Nowhere);
        routes.Map("/api/{**rest}", runNowhere);
    }

    /// <summary>All that is served.</summary>
    public static IEnumerable<Endpoint> Endpoints(World world) =>
        [.. ListEndpoints(new ListApi(world)), .. UserEndpoints(), .. EventEndpoints(new EventApi(world)), .. ExportEndpoints(new ExportApi(world))];

    private static Endpoint[] ListEndpoints(ListApi lists) =>
    [
        new("GET", "/api/lists", EndpointClass.Lists, ListApi.GetLists),
        new("POST", "/api/lists", EndpointClass.Lists, lists.Create),
        new("DELETE", "/api/lists/{id}", EndpointClass.Lists, lists.Delete),
        new("GET", "/api/lists/{id}/size", EndpointClass.ListReads, ListApi.Size),
        new("GET", "/api/lists/getUsers", EndpointClass.ListReads, ListApi.GetUsers),
        new("GET", "/api/lists/previewUsers", EndpointClass.ListReads, ListApi.PreviewUsers),
        new("POST", "/api/lists/subscribe", EndpointClass.Lists, SubscriptionApi.Subscribe),
        new("POST", "/api/lists/unsubscribe", EndpointClass.Lists, SubscriptionApi.Unsubscribe),
    ];

    private static Endpoint[] UserEndpoints() =>
    [
        new("POST", "/api/users/bulkUpdate", EndpointClass.UsersBulkUpdate, UserApi.BulkUpdate),
        new("POST", "/api/users/update", EndpointClass.Users, UserApi.Update),
        new("GET", "/api/users/getByEmail", EndpointClass.UserReads, UserReadApi.GetByEmail),
        new("GET", "/api/users/byUserId", EndpointClass.UserReads, UserReadApi.GetByUserId),
        new("GET", "/api/users/byUserId/{userId}", EndpointClass.UserReads, UserReadApi.GetByUserIdPath),
        new("GET", "/api/users/getFields", EndpointClass.UserFields, UserReadApi.GetFields),
        new("GET", "/api/users/forgotten", EndpointClass.UserForgets, UserReadApi.GetForgottenEmails),
        new("GET", "/api/users/forgottenUserIds", EndpointClass.UserForgets, UserReadApi.GetForgottenUserIds),
        // Exists at Iterable and not here; named, as it would be taken for an e-mail below.
        new("GET", "/api/users/getSentMessages", EndpointClass.UserReads, null),
        new("GET", "/api/users/{email}", EndpointClass.UserReads, UserReadApi.GetByEmailPath),
        new("DELETE", "/api/users/byUserId/{userId}", EndpointClass.UserDeletes, UserRemovalApi.DeleteByUserId),
        new("DELETE", "/api/users/{email}", EndpointClass.UserDeletes, UserRemovalApi.DeleteByEmail),
        new("POST", "/api/users/forget", EndpointClass.UserForgets, UserRemovalApi.Forget) { DailyClass = EndpointClass.UserForgetsPerDay },
        new("POST", "/api/users/merge", EndpointClass.UserMerges, MergeApi.Merge),
    ];

    private static Endpoint[] EventEndpoints(EventApi events) =>
    [
        new("POST", "/api/events/trackBulk", EndpointClass.EventsTrackBulk, events.TrackBulk),
        new("POST", "/api/events/track", EndpointClass.Events, events.Track),
        new("GET", "/api/events/byUserId/{userId}", EndpointClass.UserReads, EventReadApi.GetByUserId),
        new("GET", "/api/events/{email}", EndpointClass.UserReads, EventReadApi.GetByEmail),
    ];

    private static Endpoint[] ExportEndpoints(ExportApi exports) =>
    [
        new("POST", "/api/export/start", EndpointClass.ExportStarts, exports.Start),
        new("GET", "/api/export/jobs", EndpointClass.Lists, exports.GetJobs),
        new("GET", "/api/export/{jobId}/files", EndpointClass.ExportFiles, exports.GetFiles),
        new("GET", ExportApi.DownloadPath, EndpointClass.ExportFiles, null) { Download = exports.Download },
    ];
}
