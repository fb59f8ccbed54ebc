namespace IterableForwarder.Ingress.Segment;

/// <summary>Examples for the documentation.</summary>
internal static class SegmentExamples
{
    public const string Events =
        """
        [{"type":"identify","userId":"u-1","messageId":"personas_1","timestamp":"2026-01-15T10:00:00.000Z",
          "traits":{"email":"ann@example.com","first_name":"Ann","vip":true},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42",
            "audience_settings":{"updateExistingUsersOnly":false,"campaignId":99,"globalUnsubscribe":false}}}},
         {"type":"track","event":"Audience Exited","userId":"u-2","messageId":"personas_2","timestamp":"2026-01-15T10:00:01.000Z",
          "properties":{"audience_key":"vip","vip":false,"email":"bob@example.com"},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42"}}},
         {"type":"identify","userId":"u-3","messageId":"personas_3","traits":{"email":"eve@example.com","vip":"yes"},
          "context":{"personas":{"computation_class":"audience","computation_key":"vip","external_audience_id":"42"}}}]
        """;

    public const string Answer =
        """
        {"accepted":2,"ignored":0,"refused":[{"index":2,"messageId":"personas_3","reason":"badMembership"}]}
        """;

    public const string Audience = """{"audienceName":"Big spenders"}""";

    public const string AudienceAnswer = """{"externalId":"42"}""";

    public const string Faults =
        """
        {"type":"https://tools.ietf.org/html/rfc9110#section-15.5.1","title":"The request was not accepted.","status":400,
         "errors":{"[1]":["is not valid JSON: '}' is invalid after a property name (line 2, byte 17)"]},"faultCount":1,
         "traceId":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00"}
        """;
}
