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

    private static Endpoint[] Endpoints(World world)
    {
        var lists = new ListApi(world);
        var events = new EventApi(world);
        return
        [
            new("GET", "/api/lists", EndpointClass.Lists, ListApi.GetLists),
            new("POST", "/api/lists", EndpointClass.Lists, lists.Create),
            new("DELETE", "/api/lists/{id}", EndpointClass.Lists, lists.Delete),
            new("GET", "/api/lists/{id}/size", EndpointClass.ListReads, ListApi.Size),
            new("GET", "/api/lists/getUsers", EndpointClass.ListReads, ListApi.GetUsers),
            new("POST", "/api/lists/subscribe", EndpointClass.Lists, SubscriptionApi.Subscribe),
            new("POST", "/api/lists/unsubscribe", EndpointClass.Lists, SubscriptionApi.Unsubscribe),
            new("POST", "/api/users/bulkUpdate", EndpointClass.UsersBulkUpdate, UserApi.BulkUpdate),
            new("POST", "/api/users/update", EndpointClass.Users, UserApi.Update),
            new("GET", "/api/users/getByEmail", EndpointClass.Users, UserApi.GetByEmail),
            new("GET", "/api/users/{email}", EndpointClass.Users, UserApi.GetByPath),
            new("POST", "/api/events/trackBulk", EndpointClass.EventsTrackBulk, events.TrackBulk),
            new("POST", "/api/events/track", EndpointClass.Events, events.Track),
        ];
    }
}
