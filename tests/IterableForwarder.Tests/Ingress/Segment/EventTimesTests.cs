using System.Text;
using System.Text.Json;
using IterableForwarder.Ingress.Segment;
using IterableForwarder.Mapping;

namespace IterableForwarder.Tests.Ingress.Segment;

public sealed class EventTimesTests
{
    [Theory]
    [InlineData("2023-05-17T22:49:53+02:00", "2023-05-17 20:49:53 +00:00")]
    [InlineData("2023-05-17T22:49:53Z", "2023-05-17 22:49:53 +00:00")]
    [InlineData("2023-05-17T22:49:53.123Z", "2023-05-17 22:49:53 +00:00")]
    [InlineData("2023-05-17T22:49:53.999999999-11:30", "2023-05-18 10:19:53 +00:00")]
    [InlineData("2023-05-17T22:49Z", "2023-05-17 22:49:00 +00:00")]
    [InlineData("2023-12-31T23:59:59-00:01", "2024-01-01 00:00:59 +00:00")]
    [InlineData("1969-07-20T20:17:40Z", "1969-07-20 20:17:40 +00:00")]
    public void A_date_and_time_with_a_zone_is_converted_to_the_form_that_Iterable_accepts(string text, string expected) => Assert.Equal(expected, Rewritten(text));

    [Theory]
    [InlineData("2023-05-17")]
    [InlineData("1234")]
    [InlineData("1234-12")]
    [InlineData("20230517")]
    [InlineData("20230517T224953Z")]
    [InlineData("2023-05-17T22:49:53")]
    [InlineData("2023-05-17 22:49:53+02:00")]
    [InlineData("2023-02-30T22:49:53Z")]
    [InlineData("2023-05-17T25:49:53Z")]
    [InlineData("2023-05-17T22:49:53+02:00 or so")]
    [InlineData("at 2023-05-17T22:49:53Z")]
    [InlineData("2023-05-17T22:49:53z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("2023-05-17T-wrong-+02:00")]
    [InlineData("")]
    public void What_only_resembles_a_time_is_not_converted(string text) => Assert.Null(Rewritten(text));

    [Theory]
    [InlineData("\"2026-01-15T10:00:00.250Z\"", 1_768_471_200_250)]
    [InlineData("\"2026-01-15T12:00:00.250+02:00\"", 1_768_471_200_250)]
    [InlineData("\"2026-01-15T10:00:00.250\"", 1_768_471_200_250)]
    [InlineData("\"2026-01-15\"", null)]
    [InlineData("\"1969-01-15T10:00:00Z\"", null)]
    [InlineData("1768471200250", null)]
    [InlineData("null", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("\"2026-01-15T\\ud800\"", null)]
    [InlineData("[\"2026-01-15T10:00:00.250Z\"]", null)]
    public void The_time_of_an_event_counts_where_it_is_one(string json, long? expected) =>
        Assert.Equal(expected, EventTimes.ReadOccurredAt(Encoding.UTF8.GetBytes(json)));

    private static string? Rewritten(string text)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(text);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return IterableTimes.TryRead(ref reader, out var time) ? IterableTimes.ToIterable(time) : null;
    }
}
