namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>Examples for the documentation.</summary>
internal static class StreamsExamples
{
    public const string Event =
        """
        {"event_type":"Purchase","user_id":"u-1","$insert_id":"7d1c6a3e-9b1f-4d0e-8a43-2f0c5b7e9d11","event_time":"2026-01-15 10:02:10.795",
         "event_properties":{"plan":"pro","campaign":123},"user_properties":{"email":"ann@example.com","tier":"gold"}}
        """;

    public const string User =
        """
        {"user_id":"u-1","user_properties":{"$set":{"tier":"gold"}}}
        """;

    public const string Answer = """{"accepted":1,"ignored":0,"refused":[]}""";

    public const string HttpApiAnswer =
        """
        {"accepted":1,"ignored":0,"refused":[],"code":200,"events_ingested":1,"payload_size_bytes":156,"server_upload_time":1768471330795}
        """;

    public const string Preview =
        """
        {"passes":true,"stoppedBy":null,
         "requests":[{"method":"POST","path":"/api/events/trackBulk",
           "body":{"events":[{"eventName":"Purchase","email":"ann@example.com","userId":"u-1","id":"7d1c6a3e-9b1f-4d0e-8a43-2f0c5b7e9d11",
                              "createdAt":1768471330,"dataFields":{"plan":"pro","tier":"gold"},"campaignId":123}]}}]}
        """;
}
