using System.Text.Json;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Control;

/// <summary>What tests and people do behind the API's back. Bad requests are answered with 400 and the reason.</summary>
internal static class ControlRoutes
{
    public static void MapControl(this IEndpointRouteBuilder routes)
    {
        var control = routes.MapGroup("/_sandbox").AddEndpointFilter(RefuseAsync);
        control.MapGet("/health", () => new HealthAnswer("ok"));
        control.MapPost("/reset", (SandboxState state) => state.Reset());
        control.MapLists();
        control.MapPeople();
        control.MapFaults();
        control.MapGet("/events", (SandboxState state, string? apiKey) => state.Events(apiKey));
        control.MapGet("/calls", (SandboxState state, string? path) => new CallsAnswer(state.CallsReceived(), state.CallCounts(), state.Calls(path)));
        control.MapPost("/projects", (SandboxState state, ProjectRequest request) => state.Configure(request.ApiKey, request.Apply));
    }

    private static void MapLists(this RouteGroupBuilder control)
    {
        control.MapGet("/lists", (SandboxState state, string? apiKey) => state.Lists(apiKey));
        control.MapPost("/lists", (SandboxState state, ListRequest list) =>
            state.AddList(list.ApiKey, list.Name, list.Id, list.Type, list.InUse, list.Description ?? ""));
    }

    private static void MapPeople(this RouteGroupBuilder control)
    {
        control.MapGet("/lists/{id:long}/members", (World world, HttpContext http, long id, string? apiKey) =>
            Owns(world, id, apiKey) ? PeopleStream.MembersAsync(http.Response, world, id, http.RequestAborted) : NoList(http, id));
        control.MapGet("/lists/{id:long}/sends", (World world, HttpContext http, long id, string? apiKey) =>
            Owns(world, id, apiKey) ? PeopleStream.SendsAsync(http.Response, world, id, http.RequestAborted) : NoList(http, id));
        control.MapGet("/users", (World world, HttpContext http, string? apiKey) => PeopleStream.UsersAsync(http.Response, world, apiKey, http.RequestAborted));
        control.MapPost("/forgotten", (SandboxState state, ForgottenRequest request) => state.Forget(request.ApiKey, request.Email, request.UserId));
    }

    private static void MapFaults(this RouteGroupBuilder control)
    {
        control.MapGet("/faults", (SandboxState state) => state.Faults);
        control.MapPost("/faults", (SandboxState state, Fault fault) => new FaultAdded(state.AddFault(fault)));
        control.MapDelete("/faults", (SandboxState state) => state.RemoveFaults());
        control.MapDelete("/faults/{id:long}", (SandboxState state, long id) => state.RemoveFault(id) ? Results.Ok() : Results.NotFound());
    }

    private static bool Owns(World world, long listId, string? apiKey) =>
        world.OwnerOf(listId) is { } project && (apiKey is null || project.ApiKey == apiKey);

    private static Task NoList(HttpContext http, long id)
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return http.Response.WriteAsJsonAsync(new Problem($"there is no list {id}"), ControlJson.Default.Problem, cancellationToken: http.RequestAborted);
    }

    private static async ValueTask<object?> RefuseAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception refused) when (refused is ArgumentException or InvalidOperationException)
        {
            return Results.BadRequest(new Problem(refused.Message));
        }
    }

    /// <summary>A body that does not bind never reaches a filter.</summary>
    public static async Task RefuseUnreadableAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (BadHttpRequestException refused) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            var reason = (refused.InnerException as JsonException)?.Message ?? refused.Message;
            await http.Response.WriteAsJsonAsync(new Problem(reason), ControlJson.Default.Problem, cancellationToken: http.RequestAborted);
        }
    }
}
