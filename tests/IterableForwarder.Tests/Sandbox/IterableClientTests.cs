using System.Text.Json;
using System.Text.RegularExpressions;
using Iterable.Sandbox;
using Iterable.Sandbox.Api;
using Iterable.Sandbox.Calls;
using Iterable.Sandbox.State;
using IterableForwarder.Tests.Hosting.Node;

namespace IterableForwarder.Tests.Sandbox;

/// <summary>Iterable's own TypeScript client against the sandbox: it parses every answer by the schemas that Iterable wrote.</summary>
public sealed class IterableClientTests : SandboxTest
{
    private const string Package = "@iterable/api@0.13.0";

    /// <summary>The endpoints of the sandbox that the client has no method for.</summary>
    private static readonly string[] NotInClient =
    [
        "GET /api/users/byUserId",
        "GET /api/users/forgotten",
        "GET /api/users/forgottenUserIds",
        "GET /api/users/getByEmail",
        "POST /api/users/forget",
    ];

    [SkippableFact]
    public async Task Iterables_own_client_accepts_every_answer()
    {
        var result = JsonDocument.Parse(await RunAsync()).RootElement;

        Assert.Equal([], result.GetProperty("refused").EnumerateArray().Select(each => each.GetString()!));
        var answers = result.GetProperty("answers");
        Assert.Equal("u-1", answers.GetProperty("getUserByEmail").GetProperty("user").GetProperty("userId").GetString());
        Assert.Equal("u-2", answers.GetProperty("getUserByUserId").GetProperty("user").GetProperty("userId").GetString());
        Assert.Equal("{}", answers.GetProperty("unknown").GetRawText());
        Assert.Equal("[\"ann@example.com\"]", answers.GetProperty("getListPreviewUsers").GetProperty("users").GetRawText());
        Assert.Equal(1, answers.GetProperty("getListSize").GetProperty("size").GetInt32());
        Assert.Equal("e-1", Assert.Single(answers.GetProperty("getUserEventsByEmail").GetProperty("events").EnumerateArray()).GetProperty("_id").GetString());
        Assert.Equal("completed", answers.GetProperty("getExportFiles").GetProperty("jobState").GetString());
        Assert.Contains("{\"email\":\"ann@example.com\",\"userListIds\":[1]}\n", answers.GetProperty("download").GetString());
    }

    [SkippableFact]
    public async Task The_script_calls_every_endpoint_that_the_client_knows()
    {
        await RunAsync();

        var endpoints = ApiRoutes.Endpoints(new World(new SandboxOptions())).Where(endpoint => endpoint.Handler is not null || endpoint.Download is not null);
        var called = State.Calls().Where(call => call.Status == 200).ToList();
        var missing = endpoints.Where(endpoint => !called.Any(call => IsTo(call, endpoint))).Select(endpoint => $"{endpoint.Method} {endpoint.Path}");

        Assert.Equal(NotInClient, missing.Order(StringComparer.Ordinal));
    }

    private async Task<string> RunAsync()
    {
        var folder = await NodePackages.InstallAsync(Package);
        return await folder.RunAsync("Sandbox/Node/iterable-client.mjs", new Dictionary<string, string>
        {
            ["API_KEY"] = Key,
            ["BASE_URL"] = Server.BaseAddress.ToString().TrimEnd('/'),
        });
    }

    // An e-mail has an @, and none of the fixed paths has.
    private static bool IsTo(SandboxCall call, Endpoint endpoint) =>
        call.Method == endpoint.Method
        && Regex.IsMatch(Uri.UnescapeDataString(call.Path), $"^{Regex.Replace(endpoint.Path.Replace("{email}", "[^/]+@[^/]+", StringComparison.Ordinal), "\\{[a-zA-Z]+\\}", "[^/]+")}$");
}
