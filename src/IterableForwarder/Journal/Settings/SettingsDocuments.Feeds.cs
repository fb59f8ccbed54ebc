using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>The documents of feeds: that of a connection has its settings and its flow, that of a stream's feed its flow alone.</summary>
internal static partial class SettingsDocuments
{
    public static string Write(IFeed feed) => feed switch
    {
        Connection connection => Write(connection),
        StreamFeed ofStream => Write(ofStream),
        _ => throw new ArgumentOutOfRangeException(nameof(feed), feed, "Unknown kind of feed"),
    };

    /// <summary>The flow of a stream's feed. Older documents hold settings as well, which are the stream's.</summary>
    public static FeedFlow ReadFlow(string json)
    {
        var document = JsonSerializer.Deserialize(json, FeedJson.Default.FeedDocument)!;
        return new()
        {
            Pause = document.Pause,
            Holds = document.Hold is { } hold ? [HoldOf(hold, null)] : [.. (document.Holds ?? []).Select(h => h.ToHold())],
            CountsShort = document.CountsShort,
        };
    }

    private static string Write(StreamFeed feed) => JsonSerializer.Serialize(
        new FeedDocument
        {
            Kind = feed.Kind,
            Pause = feed.Flow.Pause,
            Holds = [.. feed.Flow.Holds.Select(HoldDocument.Of)],
            CountsShort = feed.Flow.CountsShort,
        },
        FeedJson.Default.FeedDocument);

    internal sealed record FeedDocument
    {
        /// <summary>For whoever reads the table. The service knows it from the row of the stream.</summary>
        [JsonConverter(typeof(JsonStringEnumConverter<ChangeKind>))]
        public ChangeKind Kind { get; init; }

        public HoldCause? Pause { get; init; }

        /// <summary>The one hold of a document from before there was one for each list.</summary>
        public HoldCause? Hold { get; init; }

        /// <summary>Null in older documents.</summary>
        public IReadOnlyList<HoldDocument>? Holds { get; init; }

        public string? CountsShort { get; init; }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(FeedDocument))]
    private sealed partial class FeedJson : JsonSerializerContext;
}
