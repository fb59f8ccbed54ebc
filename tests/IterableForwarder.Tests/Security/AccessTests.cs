using System.Net;
using IterableForwarder.Changes;
using IterableForwarder.Security;
using IterableForwarder.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Security;

public sealed class AccessTests
{
    private const string Projects = "/api/v1/projects";

    [Theory]
    [InlineData("Bearer operator-key-for-tests-of-the-service")]
    [InlineData("Token operator-key-for-tests-of-the-service")]
    [InlineData("bearer   operator-key-for-tests-of-the-service")]
    [InlineData("  TOKEN \t operator-key-for-tests-of-the-service  ")]
    [InlineData("Token: operator-key-for-tests-of-the-service")]
    public async Task A_key_is_read_with_any_spacing_and_case_of_the_header(string authorization)
    {
        await using var host = await TestService.StartAsync();
        (await host.SendAsync(HttpMethod.Get, Projects, authorization: authorization)).Expect(200);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer OPERATOR-KEY-FOR-TESTS-OF-THE-SERVICE")]
    [InlineData("Basic operator-key-for-tests-of-the-service")]
    [InlineData("operator-key-for-tests-of-the-service")]
    [InlineData("Bearer operator-key-for-tests-of-the-service more")]
    public async Task A_missing_or_wrong_key_is_401(string? authorization)
    {
        await using var host = await TestService.StartAsync();
        var response = await host.SendAsync(HttpMethod.Get, Projects, authorization: authorization);
        response.ExpectProblem(401);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.DoesNotContain("wrong", response.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/v1/projects")]
    [InlineData("POST", "/api/v1/projects")]
    [InlineData("GET", "/api/v1/projects/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("PUT", "/api/v1/projects/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("DELETE", "/api/v1/projects/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("POST", "/api/v1/projects/0199c0de7a3b7c1e8f0a1b2c3d4e5f60/check")]
    [InlineData("GET", "/api/v1/connections")]
    [InlineData("POST", "/api/v1/connections")]
    [InlineData("PUT", "/api/v1/connections/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("DELETE", "/api/v1/connections/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    [InlineData("POST", "/api/v1/connections/0199c0de7a3b7c1e8f0a1b2c3d4e5f60/pause")]
    [InlineData("GET", "/api/v1/keys")]
    [InlineData("POST", "/api/v1/keys")]
    [InlineData("DELETE", "/api/v1/keys/0199c0de7a3b7c1e8f0a1b2c3d4e5f60")]
    public async Task Settings_are_for_operators_only(string method, string path)
    {
        await using var host = await TestService.StartAsync();
        (await host.SendAsync(new HttpMethod(method), path, authorization: null)).ExpectProblem(401);
        (await host.SendAsync(new HttpMethod(method), path, authorization: $"Bearer {TestService.IngestKey}")).ExpectProblem(403);
        (await host.SendAsync(new HttpMethod(method), path, authorization: $"Bearer {TestService.MetricsKey}")).ExpectProblem(403);
    }

    [Fact]
    public async Task Each_policy_lets_its_keys_in_and_no_others()
    {
        await using var host = await TestService.StartAsync(map: Probes);
        async Task<int> StatusAsync(string path, string key) => (await host.SendAsync(HttpMethod.Get, path, authorization: $"Bearer {key}")).Status;

        string[] keys = [TestService.OperatorKey, TestService.IngestKey, TestService.MetricsKey, "wrong"];
        foreach (var (path, expected) in new (string, int[])[] { ("/probe/ingest", [200, 200, 403, 401]), ("/probe/metrics", [200, 403, 200, 401]), ("/probe/none", [200, 403, 403, 401]) })
        {
            for (var i = 0; i < keys.Length; i++) Assert.Equal(expected[i], await StatusAsync(path, keys[i]));
        }
    }

    [Fact]
    public async Task A_key_may_be_configured_as_its_hash()
    {
        var settings = TestService.Keys();
        settings["Access:OperatorKeys:0"] = "sha256:" + KeyHash.Of(TestService.OperatorKey).ToLowerInvariant();
        await using var host = await TestService.StartAsync(settings: settings);
        (await host.GetAsync(Projects)).Expect(200);
        (await host.SendAsync(HttpMethod.Get, Projects, authorization: $"Bearer {settings["Access:OperatorKeys:0"]}")).ExpectProblem(401);
    }

    [Fact]
    public async Task A_key_limited_to_projects_is_valid_for_those_only()
    {
        await using var host = await TestService.StartAsync(map: Probes);
        var mine = await host.AddProjectAsync();
        var other = await host.AddProjectAsync("key-of-another");
        var key = (string)(await host.PostAsync("/api/v1/keys", $$"""{"name":"segment","kind":"ingest","projectIds":["{{mine}}"]}""")).Expect(201)["key"]!;
        async Task<ServiceResponse> ProbeAsync(string project) => await host.SendAsync(HttpMethod.Get, $"/probe/projects/{project}", authorization: $"Token {key}");

        (await ProbeAsync(mine)).Expect(200);
        Assert.Contains("own projects", (string)(await ProbeAsync(other)).ExpectProblem(403)["detail"]!, StringComparison.Ordinal);
        (await host.SendAsync(HttpMethod.Get, $"/probe/projects/{other}", authorization: $"Token {TestService.IngestKey}")).Expect(200);
        (await host.SendAsync(HttpMethod.Get, $"/probe/projects/{other}", authorization: $"Token {TestService.MetricsKey}")).ExpectProblem(403);
    }

    [Fact]
    public async Task In_Development_without_keys_this_machine_may_do_everything_and_a_warning_is_logged()
    {
        await using var host = await TestService.StartAsync(environment: "Development", settings: []);
        (await host.SendAsync(HttpMethod.Get, Projects, authorization: null)).Expect(200);
        Assert.Single(host.Logs, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains("Access__OperatorKeys__0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("::ffff:10.1.2.3", false)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("::1", true)]
    public async Task In_Development_without_keys_other_machines_are_refused(string address, bool served)
    {
        await using var host = await TestService.StartAsync(environment: "Development", settings: [], customize: b => ComeFrom(b, address));
        var response = await host.SendAsync(HttpMethod.Get, Projects, authorization: null);
        if (served) response.Expect(200);
        else Assert.Contains("Access__OperatorKeys__0", (string)response.ExpectProblem(401)["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_Development_a_configured_key_is_required()
    {
        await using var host = await TestService.StartAsync(environment: "Development");
        (await host.SendAsync(HttpMethod.Get, Projects, authorization: null)).ExpectProblem(401);
    }

    [Fact]
    public async Task An_unknown_path_is_not_found_for_an_operator()
    {
        await using var host = await TestService.StartAsync();
        (await host.GetAsync("/api/v1/nothing")).ExpectProblem(404);
        (await host.SendAsync(HttpMethod.Patch, Projects)).ExpectProblem(405);
    }

    [Theory]
    [InlineData("POST", "text/plain", 415)]
    [InlineData("PUT", "application/json", 405)]
    public async Task With_an_ingest_key_the_response_names_the_error_of_the_request_and_not_the_key(string method, string mediaType, int status)
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        foreach (var path in new[] { $"/api/v1/connections/{connection}/members", $"/api/v1/connections/{connection}/preview", "/ingest/mparticle" })
        {
            Task<ServiceResponse> SendAsync(string? authorization) =>
                host.SendAsync(new HttpMethod(method), path, """{"changes":[]}""", authorization, mediaType);
            (await SendAsync($"Bearer {TestService.IngestKey}")).ExpectProblem(status);
            (await SendAsync(authorization: null)).ExpectProblem(401);
        }
    }

    private static void ComeFrom(WebApplicationBuilder builder, string address) =>
        builder.Services.AddSingleton<IStartupFilter>(new FirstInPipeline(app => app.Use((context, next) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            return next(context);
        })));

    private static void Probes(WebApplication app)
    {
        app.MapGet("/probe/ingest", () => "").RequireAuthorization(Policies.Ingest);
        app.MapGet("/probe/metrics", () => "").RequireAuthorization(Policies.Metrics);
        app.MapGet("/probe/none", () => "");
        app.MapGet("/probe/projects/{id}", (string id, HttpContext context) =>
            context.User.MayUse(new ProjectId(OpaqueId.Parse(id))) ? Results.Text("") : Results.Forbid()).RequireAuthorization(Policies.Ingest);
    }

    private sealed class FirstInPipeline(Action<IApplicationBuilder> configure) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            configure(app);
            next(app);
        };
    }
}
