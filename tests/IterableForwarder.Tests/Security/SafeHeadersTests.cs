using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Security;

/// <summary>What browsers and caches between are told, on every kind of response.</summary>
public sealed class SafeHeadersTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    [Theory]
    [InlineData("/api/v1/projects", TestService.OperatorKey, 200)]
    [InlineData("/api/v1/projects", null, 401)]
    [InlineData("/api/v1/projects", TestService.IngestKey, 403)]
    [InlineData("/api/v1/projects/0", TestService.OperatorKey, 404)]
    [InlineData("/api/v1/connections?staet=held", TestService.OperatorKey, 400)]
    [InlineData("/ingest/mparticle", TestService.IngestKey, 405)]
    [InlineData("/health/ready", null, 200)]
    [InlineData("/swagger/index.html", null, 200)]
    [InlineData("/nowhere", null, 401)]
    public async Task Every_response_forbids_frames_and_guessing_and_those_with_persons_are_never_stored(string path, string? key, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null) request.Headers.Authorization = new("Bearer", key);

        using var response = await service.Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Contains("frame-ancestors 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Empty(response.Headers.Server);
        var isPrivate = path.StartsWith("/api", StringComparison.Ordinal) || path.StartsWith("/ingest", StringComparison.Ordinal);
        if (isPrivate) Assert.True(response.Headers.CacheControl!.NoStore);
    }

    /// <summary>The host of a request is the caller's word, and the scheme that of the last proxy.</summary>
    [Fact]
    public async Task The_location_of_what_was_created_is_a_path()
    {
        var project = (await service.PostAsync("/api/v1/projects", """{"name":"A","apiKey":"location-key"}""")).Expect(201);
        foreach (var (path, body) in new[]
        {
            ("projects", """{"name":"B","apiKey":"other-location-key"}"""),
            ("connections", $$"""{"projectId":"{{project["id"]}}","name":"c","listId":42}"""),
            ("streams", $$$"""{"projectId":"{{{project["id"]}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true}}"""),
            ("keys", """{"name":"k","kind":"ingest"}"""),
        })
        {
            var response = await service.PostAsync($"/api/v1/{path}", body);
            Assert.Equal($"/api/v1/{path}/{response.Expect(201)["id"]}", response.Headers.Location!.ToString());
        }
    }
}
