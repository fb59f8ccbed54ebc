using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using IterableForwarder.Changes;

namespace IterableForwarder.Journal.Settings;

/// <summary>
/// The documents that a store keeps of settings: the records themselves, without what the store has columns for. A property may be added, and
/// has its default in older documents. One that is renamed needs a line in <see cref="Renew"/>.
/// </summary>
internal static class SettingsDocuments
{
    /// <summary>What has a column of its own is not in the document.</summary>
    private static readonly Dictionary<Type, string[]> Columns = new()
    {
        [typeof(Connection)] =
        [
            nameof(Connection.Id), nameof(Connection.ProjectId), nameof(Connection.Source), nameof(Connection.AudienceId), nameof(Connection.ListId), nameof(Connection.CreatedAt),
        ],
        [typeof(EventStream)] = [nameof(EventStream.Id), nameof(EventStream.UsersId), nameof(EventStream.ProjectId), nameof(EventStream.CreatedAt)],
    };

    /// <summary>What older documents have beside the settings.</summary>
    private static readonly string[] FlowParts = ["pause", "holds", "countsShort"];

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new BatchIdConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutColumns } },
    };

    public static string? Write(HoldCause? cause) => cause is null ? null : JsonSerializer.Serialize(cause, Options);

    public static HoldCause? ReadHold(string? json) => json is null ? null : JsonSerializer.Deserialize<HoldCause>(json, Options);

    public static string? Write(ProjectSource? source) => source is null ? null : JsonSerializer.Serialize(source, Options);

    public static ProjectSource? ReadSource(string? json) => json is null ? null : JsonSerializer.Deserialize<ProjectSource>(json, Options);

    /// <summary>The settings alone: the rest has columns, and the secrets are encrypted.</summary>
    public static string Write(Project project) => JsonSerializer.Serialize<ProjectSettings>(project, Options);

    public static ProjectSettings ReadProject(string json) => JsonSerializer.Deserialize<ProjectSettings>(json, Options)!;

    /// <summary>Of a connection its settings and its flow; of a stream's feed its flow alone, and its kind for whoever reads the table.</summary>
    public static string Write(IFeed feed) => feed switch
    {
        Connection connection => JsonSerializer.Serialize(connection, Options),
        StreamFeed => JsonSerializer.Serialize(new FeedDocument(feed.Kind, feed.Flow), Options),
        _ => throw new ArgumentOutOfRangeException(nameof(feed), feed, "Unknown kind of feed"),
    };

    /// <summary>The flow of a stream's feed. Older documents hold settings as well, which are the stream's.</summary>
    public static FeedFlow ReadFlow(string json)
    {
        var document = JsonNode.Parse(json)!.AsObject();
        Renew(document, null);
        return document["flow"].Deserialize<FeedFlow>(Options)!;
    }

    public static Connection Read(StoredConnection stored)
    {
        var document = JsonNode.Parse(stored.Document)!.AsObject();
        Renew(document, stored.ListId);
        return document.Deserialize<Connection>(Options)! with
        {
            Id = stored.Id,
            ProjectId = stored.ProjectId,
            Source = stored.Source,
            AudienceId = stored.AudienceId,
            ListId = stored.ListId,
            CreatedAt = stored.CreatedAt,
        };
    }

    public static string Write(EventStream stream) => JsonSerializer.Serialize(stream, Options);

    public static EventStream Read(StoredStream stored) => JsonSerializer.Deserialize<EventStream>(stored.Document, Options)! with
    {
        Id = stored.Id,
        UsersId = stored.UsersId,
        ProjectId = stored.ProjectId,
        CreatedAt = stored.CreatedAt,
    };

    /// <summary>Brings a document of an older version into the form of this one.</summary>
    private static void Renew(JsonObject document, long? listId)
    {
        if (document["emailOptional"] is { } emailOptional) document["requireEmail"] = !(bool)emailOptional;
        // one hold for all, before there was one for each list
        if (document["hold"] is { } hold)
            document["holds"] = new JsonArray(new JsonObject { ["stop"] = hold.DeepClone(), ["listId"] = (string?)hold["reason"] == HoldCause.ListNotFound ? listId : null });
        // holds and pause of a feed were beside its settings
        if (document["flow"] is null)
            document["flow"] = new JsonObject(FlowParts.Where(part => document[part] is not null).Select(part => KeyValuePair.Create(part, document[part]?.DeepClone())));
        if (document["attributes"] is JsonArray attributes)
            document["attributes"] = new JsonObject(attributes.Select(a => KeyValuePair.Create((string)a!["field"]!, a["attribute"]?.DeepClone())));
    }

    private static void LeaveOutColumns(JsonTypeInfo type)
    {
        if (!Columns.TryGetValue(type.Type, out var columns)) return;
        foreach (var property in type.Properties.ToList())
        {
            if (property.AttributeProvider is MemberInfo { Name: var name } && columns.Contains(name)) type.Properties.Remove(property);
        }
    }

    private sealed record FeedDocument(ChangeKind Kind, FeedFlow Flow);

    private sealed class BatchIdConverter : JsonConverter<BatchId>
    {
        public override BatchId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, BatchId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }
}

/// <summary>A connection as a store keeps it: what it is looked up by, and its document.</summary>
internal sealed record StoredConnection(
    FeedId Id, ProjectId ProjectId, Source Source, string? AudienceId, long? ListId, string Document, DateTimeOffset CreatedAt);

/// <summary>A stream as a store keeps it: what it is looked up by, and its document.</summary>
internal sealed record StoredStream(FeedId Id, FeedId UsersId, ProjectId ProjectId, string Document, DateTimeOffset CreatedAt);
