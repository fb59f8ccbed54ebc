using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.Segment;

/// <summary>A project with a secret takes what is signed with it, and comes with a key.</summary>
public sealed class SignatureTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const string Secret = "a shared secret ✓";

    [Theory]
    [InlineData("the first event of an array", 202)]
    [InlineData("the first event in capitals", 202)]
    [InlineData("the whole array", 202)]
    [InlineData("the second event", 401)]
    [InlineData("the first event with another secret", 401)]
    [InlineData("the first event as SHA-256", 401)]
    [InlineData("the first event, cut", 401)]
    [InlineData("no hexadecimal number", 401)]
    [InlineData("nothing", 401)]
    [InlineData("empty", 401)]
    public async Task An_array_is_signed_over_its_first_event_or_whole(string over, int status)
    {
        var project = await SignedProjectAsync($"array-key-{over.Replace(' ', '-')}");
        var (first, second) = (SegmentWire.Identify("a@example.com", id: "m-1").ReplaceLineEndings(""), SegmentWire.Identify("b@example.com", id: "m-2"));
        var body = $" [ {first},{second}]\n";
        var signature = over switch
        {
            "the first event of an array" => Sign(first),
            "the first event in capitals" => Sign(first).ToUpperInvariant(),
            "the whole array" => Sign(body),
            "the second event" => Sign(second),
            "the first event with another secret" => Sign(first, "another"),
            "the first event as SHA-256" => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(first))),
            "the first event, cut" => Sign(first)[..^2],
            "no hexadecimal number" => new string('x', 40),
            "empty" => "",
            _ => null,
        };

        var response = await SendAsync(project, body, signature);

        if (status == 202) Assert.Equal(2, (int)response.Expect(202)["accepted"]!);
        else response.ExpectProblem(401);
        Assert.Equal(status == 202 ? 1 : 0, (await service.GetAsync($"/api/v1/connections?projectId={project}")).Items.Count);
    }

    [Fact]
    public async Task A_single_event_is_signed_as_the_body_is()
    {
        var project = await SignedProjectAsync("single-key");
        var body = $"\n{SegmentWire.Identify("a@example.com")}\n";
        (await SendAsync(project, body, Sign(body.Replace("a@", "b@", StringComparison.Ordinal)))).ExpectProblem(401);
        (await SendAsync(project, body, Sign(body))).Expect(202);
    }

    [Fact]
    public async Task A_signature_does_not_replace_a_key()
    {
        var project = await SignedProjectAsync("no-key-key");
        (await SendAsync(project, "[]", Sign("[]"), key: null)).ExpectProblem(401);
        (await SendAsync(project, "[]", Sign("[]"))).Expect(202);
    }

    [Theory]
    [InlineData("[{\"a\":1},{]  ")]
    [InlineData("{\"a\":")]
    [InlineData("7")]
    [InlineData("")]
    public async Task A_malformed_body_gets_400_only_when_its_signature_is_valid(string body)
    {
        var project = await SignedProjectAsync($"broken-signed-key-{body.Length}");
        (await SendAsync(project, body, Sign("something else"))).ExpectProblem(401);
        (await SendAsync(project, body, Sign(body))).ExpectProblem(400);
    }

    [Fact]
    public async Task A_project_without_a_secret_requires_no_signature()
    {
        var project = await service.AddProjectAsync("unsigned-key");
        (await SendAsync(project, "[]", "whatever")).Expect(202);
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is what Segment signs with.")]
    private static string Sign(string text, string secret = Secret) =>
        Convert.ToHexStringLower(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private Task<string> SignedProjectAsync(string apiKey) => service.AddProjectAsync(apiKey, $",\"segmentSecret\":\"{Secret}\"");

    private async Task<ServiceResponse> SendAsync(string project, string body, string? signature, string? key = TestService.IngestKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, SegmentWire.PathOf(project)) { Content = ForwarderFixture.Json(body) };
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (signature is not null) request.Headers.TryAddWithoutValidation("X-Signature", signature);
        using var response = await service.Http.SendAsync(request);
        return await ServiceResponse.OfAsync(response);
    }
}
