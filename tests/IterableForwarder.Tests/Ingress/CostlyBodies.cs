using System.Text.Json.Nodes;
using IterableForwarder.Tests.Ingress.Segment;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>Of each format, the bodies that cost most for each of their bytes.</summary>
/// <param name="project">The project they are for.</param>
/// <param name="connection">One of its connections.</param>
/// <param name="stream">One of its streams.</param>
/// <param name="list">One of its lists at Amplitude.</param>
internal sealed class CostlyBodies(string project, string connection, string stream, string list)
{
    /// <summary>As many changes as a preview may show. It leaves nothing behind.</summary>
    public const string Preview = "a preview";

    private const string ApiKey = "cost-key";

    /// <summary>Just below the limit of a message.</summary>
    private const int Many = 99_000;

    public static readonly TheoryData<string> Kinds =
    [
        "profiles that are none",
        "audiences that are none",
        "audiences with short identities",
        "audiences with long identities",
        "unknown actions",
        "events of mParticle",
        "users that are none",
        "users with short ids",
        "ids that are blank",
        "ids that are short",
        "changes without an identifier",
        "changes with short identifiers",
        "events of Segment",
        "events of Amplitude",
        "operations of Amplitude",
    ];

    /// <summary>Where changes of members are posted.</summary>
    public string MembersPath => $"/api/v1/connections/{connection}/members";

    /// <summary>Makes all that they are for.</summary>
    /// <param name="post">Posts a body to a path, and returns the response.</param>
    public static async Task<CostlyBodies> PrepareAsync(Func<string, JsonObject, Task<JsonObject>> post)
    {
        var project = await IdAsync("/api/v1/projects", $$"""{"name":"p","apiKey":"{{ApiKey}}"}""");
        return new(
            project,
            await IdAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"c","listId":42}"""),
            await IdAsync("/api/v1/streams", $$$"""{"projectId":"{{{project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true,"properties":["user_properties.a"]}}"""),
            await IdAsync($"/ingest/amplitude/{project}/lists", """{"name":"A"}"""));

        async Task<string> IdAsync(string path, string body) => (string)(await post(path, JsonNode.Parse(body)!.AsObject()))["id"]!;
    }

    public (string Path, string Body) RequestOf(string kind) => kind switch
    {
        "profiles that are none" => (Firehose.Path, Profiles(Repeat("1"))),
        "audiences that are none" => (Firehose.Path, Profiles($$"""{"audiences":[{{Repeat("1")}}]}""")),
        "audiences with short identities" => (Firehose.Path, Profiles($$"""{"mpid":1,"user_identities":[{"type":"email","value":"a"},{"type":"customer","value":1}],"audiences":[{{Repeat("1")}}]}""")),
        "audiences with long identities" => (Firehose.Path, Profiles($$$"""{"mpid":"{{{Long('1')}}}","user_identities":[{"type":"email","value":"{{{Long('a')}}}"},{"type":"customer","value":"{{{Long('c')}}}"}],"audiences":[{{{Repeat($$"""{"x":"{{new string('x', 600)}}"}""", 5000)}}}]}""")),
        "unknown actions" => (Firehose.Path, Profiles($$"""{"audiences":[{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $$"""{"action":{{i}}}"""))}}]}""")),
        "events of mParticle" => (Firehose.Path, $$$"""{"type":"event_processing_request","id":"{{{Guid.NewGuid()}}}","account":{"account_settings":{"apiKey":"{{{ApiKey}}}"}},"mpid":1,"events":[{{{Repeat("1")}}}]}"""),
        "users that are none" => (Amplitude.Cohorts.CohortWire.PathOf(project), Users(Repeat("1"))),
        "users with short ids" => (Amplitude.Cohorts.CohortWire.PathOf(project), Users(Repeat("""{"user_id":1}"""))),
        "ids that are blank" => ($"/ingest/amplitude/{project}/lists/{list}/add", $$"""{"userIds":[{{Repeat("\"\"")}}]}"""),
        "ids that are short" => ($"/ingest/amplitude/{project}/lists/{list}/add", $$"""{"userIds":[{{string.Join(',', Enumerable.Range(0, Many))}}]}"""),
        "changes without an identifier" => ($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{Repeat("""{"action":"add"}""")}}]}"""),
        "changes with short identifiers" => ($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{string.Join(',', Enumerable.Range(0, Many).Select(i => $$"""{"action":"add","email":"{{i}}","customerId":{{i}},"mpid":{{i}}}"""))}}]}"""),
        "events of Segment" => (SegmentWire.PathOf(project), SegmentWire.ArrayOf(Enumerable.Range(0, 4000).Select(i => SegmentWire.Identify($"{i}", list: null, id: $"{i}")))),
        "events of Amplitude" => ($"/ingest/amplitude/{stream}/events", $$"""{"events":[{{Repeat("""{"event_type":"V"}""", 2000)}}]}"""),
        Preview => ($"/api/v1/connections/{connection}/preview", $$"""{"changes":[{{Repeat($$$"""{"action":"add","email":"a@x.com","attributes":{"a":"{{{new string('x', 1000)}}}"}}""", 10_000)}}]}"""),
        _ => ($"/ingest/amplitude/{stream}/users", $$$"""{"user_id":"u","user_properties":{{{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"${i}\":1"))}}}}}"""),
    };

    private static string Profiles(string profiles) =>
        $$$"""{"type":"audience_membership_change_request","id":"{{{Guid.NewGuid()}}}","account":{"account_settings":{"apiKey":"{{{ApiKey}}}"}},"user_profiles":[{{{profiles}}}]}""";

    private static string Users(string users) =>
        $$"""{"cohort_name":"A","cohort_id":"1","in_cohort":true,"message_id":"{{Guid.NewGuid()}}","users":[{{users}}]}""";

    private static string Long(char character) => new(character, 900);

    private static string Repeat(string element, int count = Many) => string.Join(',', Enumerable.Repeat(element, count));
}
