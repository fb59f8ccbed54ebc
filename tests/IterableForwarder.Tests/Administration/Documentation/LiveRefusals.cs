using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>Refusals that follow from the shape of an operation: each operation that documents one gives it.</summary>
internal sealed class LiveRefusals(LiveApi api)
{
    private const string Nothing = "0199c0de7a3b7c1e8f0a1b2c3d4e5f60";

    public async Task PlayAsync(LiveWorld world)
    {
        foreach (var operation in api.Document.Operations)
        {
            var request = new LiveRequest(world.IdsFor(operation));
            await PlayAsync(world.Service, operation, 400, WrongFor(operation, request));
            await PlayAsync(world.Service, operation, 401, request with { Key = null });
            await PlayAsync(world.Service, operation, 403, request with { Key = TestService.MetricsKey });
            await PlayAsync(world.Service, operation, 404, request with { Ids = [.. request.Ids.Select(_ => Nothing)] });
            await PlayAsync(world.Service, operation, 413, request with { Body = $$"""{"x":"{{new string('x', LiveWorld.LargestBody)}}"}""" });
            await PlayAsync(world.Service, operation, 415, request with { Body = "x", MediaType = "text/plain" });
        }
    }

    /// <summary>The database cannot be opened: its place is taken by a folder.</summary>
    public async Task PlayWithoutStoreAsync()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "forwarder.db"));
        await using var host = await TestService.StartAsync(folder.Path);
        foreach (var operation in api.Document.Operations) await PlayAsync(host, operation, 503, AnyOf(operation));
    }

    /// <summary>Something breaks that nobody expected. Paths that look at the key by themselves do not come by here.</summary>
    public async Task PlayBrokenAsync()
    {
        await using var host = await TestService.StartAsync(customize: builder => builder.Services.AddSingleton<IAuthorizationService, BrokenAuthorization>());
        foreach (var operation in api.Document.Operations.Where(o => o.Id is not ("acceptFirehose" or "acceptAmplitudeEvents")))
            await PlayAsync(host, operation, 500, AnyOf(operation));
    }

    private static LiveRequest AnyOf(ApiOperation operation) => new([.. Enumerable.Repeat(Nothing, operation.Path.Count(c => c == '{'))]);

    private Task PlayAsync(TestService host, ApiOperation operation, int status, LiveRequest request) =>
        operation.Statuses.Contains(status) ? api.CallAsync(host, status, operation.Id, request) : Task.CompletedTask;

    /// <summary>Paths that read their body by themselves ignore a query parameter that they do not know.</summary>
    private static LiveRequest WrongFor(ApiOperation operation, LiveRequest request) =>
        operation.Path.StartsWith("/ingest", StringComparison.Ordinal) || operation.Id is "acceptMembers" or "previewMembers" or "previewStream"
            ? request with { Body = "{\"" }
            : request with { Query = "?nonsense=1" };

    private sealed class BrokenAuthorization : IAuthorizationService
    {
        public Task<AuthorizationResult> AuthorizeAsync(System.Security.Claims.ClaimsPrincipal user, object? resource, IEnumerable<IAuthorizationRequirement> requirements) =>
            throw new InvalidOperationException("A fault asked for.");

        public Task<AuthorizationResult> AuthorizeAsync(System.Security.Claims.ClaimsPrincipal user, object? resource, string policyName) =>
            throw new InvalidOperationException("A fault asked for.");
    }
}
