using System.Text;
using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Segment;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;
using Firehose = IterableForwarder.Tests.Ingress.MParticle.MParticle;

namespace IterableForwarder.Tests.Ingress;

/// <summary>Measures memory, which others who run beside it would add to.</summary>
[CollectionDefinition(nameof(BodyCostTests), DisableParallelization = true)]
public sealed class BodyCosts;

/// <summary>What the most costly bodies of each format take of memory and disk for each of their bytes.</summary>
[Collection(nameof(BodyCostTests))]
public sealed class BodyCostTests : IAsyncLifetime
{
    private const string ApiKey = "cost-key";
    private const int MaxLive = 64;
    private const int MaxStored = 10;

    /// <summary>Just below the limit of a message.</summary>
    private const int Many = 99_000;

    private ForwarderFixture _service = null!;
    private FaultyJournal? _journal;
    private string _project = "";
    private string _connection = "";
    private string _stream = "";
    private string _list = "";

    public async Task InitializeAsync()
    {
        _service = await ForwarderFixture.StartAsync(builder => CrashHost.LastWord.Say(builder, services =>
            services.AddSingleton<IEntryJournal>(p => _journal = new FaultyJournal(p.GetRequiredService<EntryJournal>()))));
        _project = await _service.AddProjectAsync(ApiKey);
        _connection = (string)(await _service.PostAsync("/api/v1/connections", $$"""{"projectId":"{{_project}}","name":"c","listId":42}""")).Expect(201)["id"]!;
        _stream = (string)(await _service.PostAsync(
            "/api/v1/streams", $$$"""{"projectId":"{{{_project}}}","name":"s","identifier":{"property":"user_id","type":"userId"},"events":{"enabled":true},"users":{"enabled":true,"properties":["user_properties.a"]}}""")).Expect(201)["id"]!;
        _list = (string)(await _service.PostAsync($"/ingest/amplitude/{_project}/lists", """{"name":"A"}""")).Expect(200)["id"]!;
    }

    public Task DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [InlineData("profiles that are none")]
    [InlineData("audiences that are none")]
    [InlineData("audiences with short identities")]
    [InlineData("audiences with long identities")]
    [InlineData("unknown actions")]
    [InlineData("events of mParticle")]
    [InlineData("users that are none")]
    [InlineData("users with short ids")]
    [InlineData("ids that are blank")]
    [InlineData("ids that are short")]
    [InlineData("changes without an identifier")]
    [InlineData("changes with short identifiers")]
    [InlineData("events of Segment")]
    [InlineData("events of Amplitude")]
    [InlineData("operations of Amplitude")]
    public async Task A_body_takes_at_most_64_bytes_of_memory_and_10_of_disk_for_each_of_its_own(string kind)
    {
        var (path, text) = RequestOf(kind);
        var body = Encoding.UTF8.GetBytes(text);
        await SettleAsync();
        var (storedBefore, liveBefore) = (await TestStore.BytesAsync(_service.Services), GC.GetTotalMemory(forceFullCollection: true));
        var live = 0L;
        _journal!.BeforeAccepting = _ =>
        {
            live = GC.GetTotalMemory(forceFullCollection: true) - liveBefore;
            return Task.CompletedTask;
        };

        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        Assert.InRange((await _service.SendAsync(HttpMethod.Post, path, content)).Status, 200, 202);

        var stored = await TestStore.BytesAsync(_service.Services) - storedBefore;
        Assert.True(live <= MaxLive * body.Length, $"{body.Length} bytes took {live} of memory");
        Assert.True(stored <= MaxStored * body.Length, $"{body.Length} bytes took {stored} of disk");
    }

    /// <summary>What the service and the test do once, and keep, is done before.</summary>
    private async Task SettleAsync() =>
        (await _service.PostAsync($"/api/v1/connections/{_connection}/members", """{"changes":[{"action":"add"}]}""")).Expect(202);

    private (string Path, string Body) RequestOf(string kind) => kind switch
    {
        "profiles that are none" => (Firehose.Path, Profiles(Repeat("1"))),
        "audiences that are none" => (Firehose.Path, Profiles($$"""{"audiences":[{{Repeat("1")}}]}""")),
        "audiences with short identities" => (Firehose.Path, Profiles($$"""{"mpid":1,"user_identities":[{"type":"email","value":"a"},{"type":"customer","value":1}],"audiences":[{{Repeat("1")}}]}""")),
        "audiences with long identities" => (Firehose.Path, Profiles($$$"""{"mpid":"{{{Long('1')}}}","user_identities":[{"type":"email","value":"{{{Long('a')}}}"},{"type":"customer","value":"{{{Long('c')}}}"}],"audiences":[{{{Repeat($$"""{"x":"{{new string('x', 600)}}"}""", 5000)}}}]}""")),
        "unknown actions" => (Firehose.Path, Profiles($$"""{"audiences":[{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $$"""{"action":{{i}}}"""))}}]}""")),
        "events of mParticle" => (Firehose.Path, $$$"""{"type":"event_processing_request","id":"{{{Guid.NewGuid()}}}","account":{"account_settings":{"apiKey":"{{{ApiKey}}}"}},"mpid":1,"events":[{{{Repeat("1")}}}]}"""),
        "users that are none" => (Amplitude.Cohorts.CohortWire.PathOf(_project), Users(Repeat("1"))),
        "users with short ids" => (Amplitude.Cohorts.CohortWire.PathOf(_project), Users(Repeat("""{"user_id":1}"""))),
        "ids that are blank" => ($"/ingest/amplitude/{_project}/lists/{_list}/add", $$"""{"userIds":[{{Repeat("\"\"")}}]}"""),
        "ids that are short" => ($"/ingest/amplitude/{_project}/lists/{_list}/add", $$"""{"userIds":[{{string.Join(',', Enumerable.Range(0, Many))}}]}"""),
        "changes without an identifier" => ($"/api/v1/connections/{_connection}/members", $$"""{"changes":[{{Repeat("""{"action":"add"}""")}}]}"""),
        "changes with short identifiers" => ($"/api/v1/connections/{_connection}/members", $$"""{"changes":[{{string.Join(',', Enumerable.Range(0, Many).Select(i => $$"""{"action":"add","email":"{{i}}","customerId":{{i}},"mpid":{{i}}}"""))}}]}"""),
        "events of Segment" => (SegmentWire.PathOf(_project), SegmentWire.ArrayOf(Enumerable.Range(0, 4000).Select(i => SegmentWire.Identify($"{i}", list: null, id: $"{i}")))),
        "events of Amplitude" => ($"/ingest/amplitude/{_stream}/events", $$"""{"events":[{{Repeat("""{"event_type":"V"}""", 2000)}}]}"""),
        _ => ($"/ingest/amplitude/{_stream}/users", $$$"""{"user_id":"u","user_properties":{{{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"${i}\":1"))}}}}}"""),
    };

    private static string Profiles(string profiles) =>
        $$$"""{"type":"audience_membership_change_request","id":"{{{Guid.NewGuid()}}}","account":{"account_settings":{"apiKey":"{{{ApiKey}}}"}},"user_profiles":[{{{profiles}}}]}""";

    private static string Users(string users) =>
        $$"""{"cohort_name":"A","cohort_id":"1","in_cohort":true,"message_id":"{{Guid.NewGuid()}}","users":[{{users}}]}""";

    private static string Long(char character) => new(character, 900);

    private static string Repeat(string element, int count = Many) => string.Join(',', Enumerable.Repeat(element, count));
}
