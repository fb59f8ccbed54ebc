using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>
/// What comes over the wire, as data: <c>cases/name.json</c> is posted as it is, <c>cases/name.expected.json</c> says what has to
/// come of it. The key and the account in it stand for the case's own; lists 42 to 45 are there.
/// </summary>
public sealed class WireCaseTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const string KeyInCases = "the-api-key";
    private const string AccountInCases = "123456";

    private static readonly WireCases Cases = new("MParticle", "cases");

    public static TheoryData<string> Names() => [.. Cases.Expected];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_message_has_the_expected_outcome(string name)
    {
        var key = "key-" + name;
        service.Iterable.Reset();
        for (var list = 42L; list <= 45; list++) service.Iterable.AddList(key, "A list", list);

        var response = await service.SendAsync(HttpMethod.Post, MParticle.Path, await BodyAsync(name, key), TestService.IngestKey);
        var actual = new JsonObject { ["status"] = response.Status };
        if (response.Status >= 400) actual["errors"] = new JsonArray([.. response.ExpectErrors().Select(f => (JsonNode)f)]);
        else actual["response"] = ShapeOf(response);
        await DescribeAsync(key, actual);
        if (actual["project"] is { } project) project["name"] = ((string)project["name"]!).Replace(AccountOf(name), AccountInCases, StringComparison.Ordinal);

        Cases.AssertExpected(name, actual);
    }

    [Fact]
    public void Every_case_has_an_expected_file() => Assert.Equal(Cases.Inputs, Cases.Expected);

    /// <summary>A new key of a known account would be a rotation.</summary>
    private static string AccountOf(string name) => (200_000 + Array.IndexOf(Cases.Expected, name)).ToString(CultureInfo.InvariantCulture);

    /// <summary>Byte for byte, as some bodies are no proper text.</summary>
    private static async Task<ByteArrayContent> BodyAsync(string name, string key)
    {
        var body = Encoding.Latin1.GetString(await Cases.BytesOfAsync(name));
        var own = body.Replace(KeyInCases, key, StringComparison.Ordinal).Replace(AccountInCases, AccountOf(name), StringComparison.Ordinal);
        return new ByteArrayContent(Encoding.Latin1.GetBytes(own))
        {
            Headers = { ContentType = new("application/json") { CharSet = "utf-8" } },
        };
    }

    /// <summary>The answer without what is different each time, once that was looked at.</summary>
    private static JsonObject ShapeOf(ServiceResponse response)
    {
        Assert.Equal("application/json", response.MediaType);
        var json = response.Json;
        if (json.ContainsKey("timestamp_ms"))
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds(json["timestamp_ms"]!.GetValue<long>());
            Assert.InRange(TimeProvider.System.GetUtcNow() - time, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            json.Remove("timestamp_ms");
        }
        if (Guid.TryParse((string?)json["id"], out var id) && id.Version == 7) json["id"] = "(new)";
        return json;
    }

    private async Task DescribeAsync(string key, JsonObject actual)
    {
        if (!service.Projects.TryGetByApiKey(key, out var project)) return;
        var shown = (await service.GetAsync($"/api/v1/projects/{project.Id}")).Expect(200);
        actual["project"] = Pick(shown, "name", "dataCenter", "type", "userId");
        var connections = await service.DeliveredAsync(project.Id.ToString());
        actual["connections"] = new JsonArray([.. connections.Select(Describe).OrderBy(c => (string?)c["audienceId"], StringComparer.Ordinal)]);
        var members = new JsonObject();
        foreach (var list in service.Iterable.Lists(key).Where(l => l.Adds + l.Removes > 0))
        {
            members[list.Id.ToString(CultureInfo.InvariantCulture)] =
                new JsonArray([.. service.Iterable.Members(list.Id).Select(m => (JsonNode)string.Join(" / ", new[] { m.Email, m.UserId }.Where(i => i is not null)))]);
        }
        actual["lists"] = members;
        actual["outcomes"] = await service.UndeliveredAsync(project.Id.ToString());
    }

    private static JsonObject Describe(JsonNode? connection)
    {
        var described = Pick(connection!.AsObject(), "audienceId", "name", "source", "listId", "followsSource", "state");
        described["warnings"] = new JsonArray([.. connection["warnings"]!.AsArray().Select(w => (JsonNode)w!.GetValue<string>().Split(':')[0])]);
        described["status"] = Pick(connection["status"]!.AsObject(), "delivered", "superseded", "dropped", "rejected");
        return described;
    }

    private static JsonObject Pick(JsonObject from, params string[] names) => new(names.Select(n => KeyValuePair.Create(n, from[n]?.DeepClone())));
}
