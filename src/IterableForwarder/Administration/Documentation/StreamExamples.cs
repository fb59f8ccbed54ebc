using System.Text.Json.Nodes;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Administration.Streams;
using IterableForwarder.Http;

namespace IterableForwarder.Administration.Documentation;

/// <summary>Examples of the bodies about streams.</summary>
internal static class StreamExamples
{
    public static JsonNode? Of(Type type) =>
        type == typeof(Streams.NewStream) || type == typeof(SettingsChange<StreamReplacement, StreamAnswer>) ? JsonNode.Parse(NewStream)
        : type == typeof(StreamAnswer) ? JsonNode.Parse(Stream)
        : type == typeof(Page<StreamAnswer>) ? JsonNode.Parse($$"""{"items":[{{Stream}}],"next":null}""")
        : null;

    private const string Metrics =
        """
        {"overSeconds":3600,"delivered":10450,"notDelivered":3,"deliveredShare":0.9997,"latencyP50Seconds":0.14,"latencyP95Seconds":0.56,
         "onFirstAttempt":10400,"afterRetry":50,"discarded":{"noEmail":2,"invalid":1}}
        """;

    private const string NewStream =
        """
        {"projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"Product events",
         "identifier":{"property":"user_id","type":"userId"},
         "mappings":{"email":"user_properties.email","campaignId":"event_properties.campaign"},
         "events":{"enabled":true,
                   "include":[{"eventType":"Purchase","filters":[{"property":"event_properties.plan","op":"is","values":["pro","team"]}]}],
                   "properties":["event_properties.plan","user_properties.tier"]},
         "users":{"enabled":true,"properties":["user_properties.tier"],"mergeNestedObjects":false}}
        """;

    private const string Stream =
        $$"""
        {"id":"0199c0df01127d5c9a7b6c5d4e3f2a10","projectId":"0199c0de7a3b7c1e8f0a1b2c3d4e5f60","name":"Product events",
         "source":"amplitude","identifier":{"property":"user_id","type":"userId"},
         "mappings":{"email":"user_properties.email","campaignId":"event_properties.campaign"},
         "events":{"enabled":true,
                   "include":[{"eventType":"Purchase","filters":[{"property":"event_properties.plan","op":"is","values":["pro","team"]}]}],
                   "properties":["event_properties.plan","user_properties.tier"],"status":{{Status}}},
         "users":{"enabled":true,"properties":["user_properties.tier"],"mergeNestedObjects":false,"status":{{Status}}},
         "state":"active","heldAt":null,"holdReason":null,"holdDetail":null,"heldSince":null,"heldBy":null,"holds":[],"warnings":[],"status":{{Status}},
         "metrics":{{Metrics}},"createdAt":"2026-01-15T09:31:00.000Z"}
        """;

    private const string Status =
        """
        {"pending":2,"oldestPendingSeconds":0.4,"delivered":10450,"superseded":0,"dropped":2,"rejected":1,"lastDeliveredAt":"2026-01-15T10:02:11.120Z","lastError":null,
         "waitsFor":{"reason":"queue","until":null},"ratePerSecond":840.5,"endsAt":"2026-01-15T10:02:11.500Z"}
        """;
}
