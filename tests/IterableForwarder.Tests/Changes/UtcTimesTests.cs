using System.Text;
using System.Text.Json;
using IterableForwarder.Changes;

namespace IterableForwarder.Tests.Changes;

/// <summary>A time without a zone is UTC, wherever the machine stands.</summary>
public sealed class UtcTimesTests
{
    [Theory]
    [InlineData("2026-01-10T12:00:00", "2026-01-10T12:00:00Z", false)]
    [InlineData("2026-01-10T12:00:00.123", "2026-01-10T12:00:00.123Z", false)]
    [InlineData("2026-01-10T12:00", "2026-01-10T12:00:00Z", false)]
    [InlineData("2026-01-10", "2026-01-10T00:00:00Z", false)]
    [InlineData("2026-01-10T12:00:00Z", "2026-01-10T12:00:00Z", true)]
    [InlineData("2026-01-10T12:00:00+02:00", "2026-01-10T10:00:00Z", true)]
    [InlineData("2026-01-10T12:00:00-05:30", "2026-01-10T17:30:00Z", true)]
    [InlineData("2026-07-10T02:30:00", "2026-07-10T02:30:00Z", false)]
    [InlineData("2026-03-08T02:30:00", "2026-03-08T02:30:00Z", false)]
    [InlineData("0001-01-01T00:00:00", "0001-01-01T00:00:00Z", false)]
    [InlineData("9999-12-31T23:59:59", "9999-12-31T23:59:59Z", false)]
    public void A_time_is_read_as_UTC_unless_it_says_its_zone(string text, string utc, bool hasZone)
    {
        Assert.True(TryRead($"\"{text}\"", out var time, out var said));
        Assert.Equal(DateTimeOffset.Parse(utc, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal), time);
        Assert.Equal(hasZone, said);
    }

    [Theory]
    [InlineData("\"yesterday\"")]
    [InlineData("\"\"")]
    [InlineData("\"12:00\"")]
    [InlineData("\"2026-13-10T12:00:00\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("1767960000000")]
    [InlineData("null")]
    public void What_is_not_a_time_counts_as_none(string json) => Assert.False(TryRead(json, out _, out _));

    [Theory]
    [InlineData("1970-01-01T00:00:00Z", null)]
    [InlineData("0001-01-01T00:00:00Z", null)]
    [InlineData("1970-01-01T00:00:00.001Z", 1L)]
    public void A_time_of_a_clock_that_was_never_set_is_ignored(string text, long? expected)
    {
        Assert.True(TryRead($"\"{text}\"", out var time, out _));
        Assert.Equal(expected, UtcTimes.Usable(time));
    }

    private static bool TryRead(string json, out DateTimeOffset time, out bool hasZone)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        return UtcTimes.TryRead(ref reader, out time, out hasZone);
    }
}
