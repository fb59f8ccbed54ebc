using System.Text;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>The messages that bring no member.</summary>
public sealed class ProtocolTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const string Registration = """{"type":"module_registration_request","id":"r-1","timestamp_ms":1714592744065,"firehose_version":"3.2.0"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("a key of nobody")]
    [InlineData(TestService.IngestKey)]
    public async Task Registration_is_answered_with_and_without_a_key(string? key)
    {
        var response = await service.SendAsync(Registration, key);
        var registration = response.Expect(200);
        Assert.Equal("application/json", response.MediaType);
        Assert.Equal("module_registration_response", (string?)registration["type"]);
        Assert.Equal("r-1", (string?)registration["id"]);
        Assert.InRange(((string)registration["description"]!).Length, 1, 229);
        Assert.Equal(
            """{"user_identities":[{"type":"email","encoding":"raw","required":false},{"type":"customer","encoding":"raw","required":false}],"allow_access_mpid":true}""",
            registration["permissions"]!.ToJsonString());
        var audiences = registration["audience_processing_registration"]!;
        Assert.Equal(["apiKey", "userIdField"], audiences["account_settings"]!.AsArray().Select(s => (string)s!["id"]!));
        Assert.True((bool)audiences["account_settings"]![0]!["confidential"]!);
        Assert.Equal("customerId", (string?)audiences["account_settings"]![1]!["default_value"]);
        Assert.Equal(("listId", "integer"), ((string)audiences["audience_subscription_settings"]![0]!["id"]!, (string)audiences["audience_subscription_settings"]![0]!["type"]!));
        Assert.DoesNotContain("null", response.Text, StringComparison.Ordinal);
        Assert.False(registration.ContainsKey("event_processing_registration"));
    }

    [Fact]
    public async Task Without_a_key_the_type_must_be_within_the_first_64_KB()
    {
        var padding = new string('x', 64 * 1024);
        (await service.SendAsync($$"""{"padding":"{{padding[1000..]}}","type":"module_registration_request"}""", key: null)).Expect(200);
        (await service.SendAsync($$"""{"type":"module_registration_request","padding":"{{padding}}{{padding}}"}""", key: null)).Expect(200);
        (await service.SendAsync($$"""{"padding":"{{padding}}","type":"module_registration_request"}""", key: null)).ExpectProblem(401);
        (await service.SendAsync($$"""{"padding":"{{padding}}","type":"module_registration_request"}""")).Expect(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"type":"audience_subscription_request"}""")]
    [InlineData("""{"type":"module_registration_response"}""")]
    [InlineData("""{"type":"module_registration_request","type":"audience_membership_change_request"}""")]
    [InlineData("""{"nested":{"type":"module_registration_request"}}""")]
    public async Task Without_a_key_nothing_else_is_answered(string body) => (await service.SendAsync(body, key: null)).ExpectProblem(401);

    [Fact]
    public async Task A_registration_that_is_not_JSON_is_an_error()
    {
        Assert.Equal(["$"], (await service.SendAsync(Registration[..^1], key: null)).ExpectErrors());
        Assert.Equal(["$"], (await service.SendAsync(Registration[..^1])).ExpectErrors());
    }

    [Fact]
    public async Task Events_are_answered_and_show_in_the_account_as_not_supported()
    {
        var response = await service.AcceptAsync(
            """
            {"type":"event_processing_request","id":"e-1","timestamp_ms":1714592744065,"account":{"account_id":7,"account_settings":{"apiKey":"events-key"}},
             "mpid":"12345","user_identities":[{"type":"email","encoding":"raw","value":"a@example.com"}],"user_attributes":{"a":"b"},
             "events":[{"type":"custom_event","id":"1","name":"Bought"},{"type":"product_action"},{},null]}
            """);
        Assert.Equal("event_processing_response", (string?)response["type"]);
        Assert.Equal("e-1", (string?)response["id"]);
        Assert.False(response.ContainsKey("suspend_subscription"));

        var batch = Assert.Single((await service.GetAsync("/api/v1/batches?sourceId=e-1")).Items)!;
        Assert.Equal("""{"unsupportedAction":4}""", batch["reasons"]!.ToJsonString());
        Assert.Equal("completed", (string?)batch["state"]);
        var undelivered = await service.UndeliveredAsync(service.ProjectOf("events-key"));
        Assert.Equal(["custom_event", "product_action", null, null], undelivered.Select(u => (string?)u!["detail"]));
        Assert.All(undelivered, u => Assert.Equal(("a@example.com", "12345"), ((string?)u!["email"], (string?)u["mpid"])));
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","events":[]""")]
    [InlineData(""","events":null""")]
    public async Task Events_without_an_event_are_a_heartbeat(string events)
    {
        await service.AcceptAsync($$$"""{"type":"event_processing_request","account":{"account_settings":{"apiKey":"quiet-key"}}{{{events}}}}""");
        Assert.False(service.Projects.TryGetByApiKey("quiet-key", out _));
    }

    [Fact]
    public async Task A_data_subjects_request_is_answered_and_accounted_for_without_the_person()
    {
        const string Request = """{"type":"dsr_processing_request","id":"d-1","subject_request_type":"erasure","subject_identities":{"email":{"encoding":"raw","value":"gone@example.com"}}""";
        Assert.Equal("dsr_processing_response", (string?)(await service.AcceptAsync(Request + "}"))["type"]);
        await service.AcceptAsync(Request + ""","account":{"account_id":7,"account_settings":{"apiKey":"dsr-key"}}}""");
        var undelivered = Assert.Single(await service.UndeliveredAsync(service.ProjectOf("dsr-key")))!;
        Assert.Equal(("unsupportedAction", "erasure", null), ((string?)undelivered["reason"], (string?)undelivered["detail"], (string?)undelivered["email"]));
        (await service.SendAsync(Request + ""","account":{"account_id":7,"account_settings":{}}}""")).ExpectProblem(400);
    }

    [Fact]
    public async Task A_message_of_bytes_that_are_not_text_is_an_error()
    {
        var content = new ByteArrayContent(Encoding.Unicode.GetBytes(Registration)) { Headers = { ContentType = new("application/json") } };
        (await service.SendAsync(HttpMethod.Post, MParticle.Path, content)).ExpectProblem(400);
    }
}
