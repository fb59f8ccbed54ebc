using IterableForwarder.Administration.Connections;
using IterableForwarder.Administration.Keys;
using IterableForwarder.Administration.Projects;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Administration.Streams;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Administration.Documentation;

/// <summary>An example of each body of the operator's API.</summary>
internal static class Examples
{
    public const string Metrics =
        """
        {"overSeconds":3600,"delivered":10450,"notDelivered":3,"deliveredShare":0.9997,"latencyP50Seconds":0.14,"latencyP95Seconds":0.56,
         "onFirstAttempt":10400,"afterRetry":50,"discarded":{"noEmail":2,"invalid":1}}
        """;

    private const string Project =
        """
        {"id":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"Acme","apiKeyHint":"9f3a","dataCenter":"us","type":"hybrid",
         "userId":"customerId","budgets":{"lists":10,"users":5,"events":10},"hasSegmentSecret":false,"state":"active",
         "holdReason":null,"holdDetail":null,"heldSince":null,"heldBy":null,"warnings":[],"createdAt":"2026-01-15T09:30:00.000Z"}
        """;

    private const string NewProject =
        """
        {"name":"Acme","apiKey":"the-project's-server-side-key","dataCenter":"us","type":"hybrid","userId":"customerId",
         "budgets":{"lists":10,"users":5,"events":10},"segmentSecret":null}
        """;

    private const string ProjectReplacement =
        """
        {"name":"Acme","dataCenter":"us","type":"hybrid","userId":"mpid","budgets":{"lists":20,"users":5,"events":10}}
        """;

    private const string Connection =
        $$"""
        {"id":"0199c0df01127d5c9a7b6c5d4e3f2a10","projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"VIP customers",
         "source":"members","audienceId":"456","listId":42,"listName":null,"userId":null,"updateExistingUsersOnly":false,
         "campaignId":null,"channelUnsubscribe":false,"requireEmail":true,"attributes":{"firstName":"first_name"},"identifiers":null,
         "followsSource":false,"state":"active","heldAt":null,"holdReason":null,"holdDetail":null,"heldSince":null,"heldBy":null,"holds":[],"warnings":[],
         "status":{"pending":12,"oldestPendingSeconds":0.4,"delivered":10450,"superseded":31,"dropped":2,"rejected":1,
                   "lastDeliveredAt":"2026-01-15T10:02:11.120Z","lastError":null,"waitsFor":{"reason":"queue","until":null},"ratePerSecond":840.5,
                   "endsAt":"2026-01-15T10:02:11.500Z"},
         "metrics":{{Metrics}},
         "createdAt":"2026-01-15T09:31:00.000Z"}
        """;

    private const string NewConnection =
        """
        {"projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"VIP customers","audienceId":"456","listId":42,"userId":null,
         "updateExistingUsersOnly":false,"campaignId":null,"channelUnsubscribe":false,"requireEmail":true,"attributes":{"firstName":"first_name"}}
        """;

    private const string Key =
        """
        {"id":"0199c0e01c5f7a0b8d9e0f1a2b3c4d5e","name":"segment","kind":"ingest",
         "projectIds":["0199c0de7a3b7c1e8f0a1b2c3d4e5f60"],"hint":"x7Qa","createdAt":"2026-01-15T09:32:00.000Z"}
        """;

    private const string MadeKey =
        """
        {"key":"ifk_shown-this-once-and-kept-as-a-hash-only-x7Qa","id":"0199c0e01c5f7a0b8d9e0f1a2b3c4d5e","name":"segment",
         "kind":"ingest","projectIds":["0199c0de7a3b7c1e8f0a1b2c3d4e5f60"],"hint":"x7Qa","createdAt":"2026-01-15T09:32:00.000Z"}
        """;

    private static readonly Dictionary<Type, string> ByType = new()
    {
        [typeof(NewProject)] = NewProject,
        [typeof(SettingsChange<ProjectReplacement, ProjectAnswer>)] = ProjectReplacement,
        [typeof(ProjectAnswer)] = Project,
        [typeof(Page<ProjectAnswer>)] = PageOf(Project),
        [typeof(KeyChange)] = """{"apiKey":"the-project's-new-server-side-key","dryRun":false,"force":false}""",
        [typeof(KeyChangeAnswer)] = """{"ok":true,"lists":12,"missingLists":[],"changed":true}""",
        [typeof(CheckAnswer)] = """{"ok":true,"lists":12}""",
        [typeof(SettingsChange<ConnectionSettings, ConnectionAnswer>)] = NewConnection,
        [typeof(ConnectionAnswer)] = Connection,
        [typeof(Page<ConnectionAnswer>)] = PageOf(Connection),
        [typeof(PendingMoveRequest)] = """{"fromListId":666,"toListId":6001}""",
        [typeof(PendingMoveAnswer)] = """{"moved":12}""",
        [typeof(ConnectionDiscardRequest)] = """{"batchId":null,"listId":666,"reason":"The list was deleted on purpose"}""",
        [typeof(PendingDiscardRequest)] = """{"batchId":null,"reason":"The events are out of date"}""",
        [typeof(PendingDiscardAnswer)] = """{"discarded":12}""",
        [typeof(NewStream)] = StreamExamples.NewStream,
        [typeof(SettingsChange<StreamReplacement, StreamAnswer>)] = StreamExamples.NewStream,
        [typeof(StreamAnswer)] = StreamExamples.Stream,
        [typeof(Page<StreamAnswer>)] = PageOf(StreamExamples.Stream),
        [typeof(StopRequest)] = """{"reason":"Campaign is over"}""",
        [typeof(NewKey)] = """{"name":"segment","kind":"ingest","projectIds":["0199c0de7a3b7c1e8f0a1b2c3d4e5f60"]}""",
        [typeof(KeyAnswer)] = Key,
        [typeof(Page<KeyAnswer>)] = PageOf(Key),
        [typeof(MadeKeyAnswer)] = MadeKey,
    };

    /// <summary>Null for a type that brings none.</summary>
    public static string? Of(Type type) => ByType.GetValueOrDefault(type);

    private static string PageOf(string item) => $$"""{"items":[{{item}}],"next":null}""";
}
