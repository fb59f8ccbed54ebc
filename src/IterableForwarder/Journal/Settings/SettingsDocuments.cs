using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;
using IterableForwarder.Mapping;

namespace IterableForwarder.Journal.Settings;

/// <summary>The documents that a store keeps of settings: all that nothing is looked up by. A field may be added with a default, none renamed.</summary>
internal static partial class SettingsDocuments
{
    public static string? Write(HoldCause? cause) => cause is null ? null : JsonSerializer.Serialize(cause, Json.Default.HoldCause);

    public static HoldCause? ReadHold(string? json) => json is null ? null : JsonSerializer.Deserialize(json, Json.Default.HoldCause);

    public static string? Write(ProjectSource? source) => source is null ? null : JsonSerializer.Serialize(source, Json.Default.ProjectSource);

    public static ProjectSource? ReadSource(string? json) => json is null ? null : JsonSerializer.Deserialize(json, Json.Default.ProjectSource);

    public static string Write(Connection connection) => JsonSerializer.Serialize(
        new ConnectionDocument
        {
            Name = connection.Name,
            ListName = connection.ListName,
            FoundListId = connection.FoundListId,
            ListCreatedAt = connection.ListCreatedAt,
            ReplacedListIds = connection.ReplacedListIds,
            CountsShort = connection.Flow.CountsShort,
            UserId = connection.UserId is { } rule ? SettingsWords.IdentityRules[rule] : null,
            UpdateExistingUsersOnly = connection.UpdateExistingUsersOnly,
            CampaignId = connection.CampaignId,
            ChannelUnsubscribe = connection.ChannelUnsubscribe,
            EmailOptional = !connection.RequireEmail,
            ListUnverified = connection.ListUnverified,
            Attributes = connection.Attributes,
            Identifiers = connection.Identifiers,
            FollowsSource = connection.FollowsSource,
            SourceTime = connection.SourceTime,
            Pause = connection.Flow.Pause,
            Holds = [.. connection.Flow.Holds.Select(HoldDocument.Of)],
            Closed = connection.Closed,
            Warnings = connection.Warnings,
        },
        Json.Default.ConnectionDocument);

    public static Connection Read(StoredConnection stored)
    {
        var document = JsonSerializer.Deserialize(stored.Document, Json.Default.ConnectionDocument)!;
        return new Connection
        {
            Id = stored.Id,
            ProjectId = stored.ProjectId,
            Name = document.Name,
            Source = stored.Source,
            AudienceId = stored.AudienceId,
            ListId = stored.ListId,
            ListName = document.ListName,
            FoundListId = document.FoundListId,
            ListCreatedAt = document.ListCreatedAt,
            ReplacedListIds = document.ReplacedListIds ?? [],
            UserId = document.UserId is { } word ? SettingsWords.IdentityRules.Parse(word) : null,
            UpdateExistingUsersOnly = document.UpdateExistingUsersOnly,
            CampaignId = document.CampaignId,
            ChannelUnsubscribe = document.ChannelUnsubscribe,
            RequireEmail = !document.EmailOptional,
            ListUnverified = document.ListUnverified,
            Attributes = document.Attributes,
            Identifiers = document.Identifiers,
            FollowsSource = document.FollowsSource,
            SourceTime = document.SourceTime,
            Flow = new()
            {
                Pause = document.Pause,
                Holds = document.Hold is { } hold ? [HoldOf(hold, stored.ListId)] : [.. (document.Holds ?? []).Select(h => h.ToHold())],
                CountsShort = document.CountsShort,
            },
            Closed = document.Closed,
            Warnings = document.Warnings,
            CreatedAt = stored.CreatedAt,
        };
    }

    public static string Write(EventStream stream) => JsonSerializer.Serialize(
        new StreamDocument
        {
            Name = stream.Name,
            Identifier = stream.Identifier,
            Mappings = stream.Mappings,
            Events = stream.Events,
            Users = stream.Users,
        },
        StreamJson.Default.StreamDocument);

    public static EventStream Read(StoredStream stored)
    {
        var document = JsonSerializer.Deserialize(stored.Document, StreamJson.Default.StreamDocument)!;
        return new()
        {
            Id = stored.Id,
            UsersId = stored.UsersId,
            ProjectId = stored.ProjectId,
            Name = document.Name,
            Identifier = document.Identifier,
            Mappings = document.Mappings,
            Events = document.Events,
            Users = document.Users,
            CreatedAt = stored.CreatedAt,
        };
    }

    private static FeedHold HoldOf(HoldCause cause, long? listId) => new(cause, cause.Reason == HoldCause.ListNotFound ? listId : null);

    internal sealed record ConnectionDocument
    {
        public required string Name { get; init; }

        public string? ListName { get; init; }

        public long? FoundListId { get; init; }

        public DateTimeOffset? ListCreatedAt { get; init; }

        /// <summary>Null in older documents: the generated reader passes over initializers.</summary>
        public IReadOnlyList<long>? ReplacedListIds { get; init; }

        public string? CountsShort { get; init; }

        public string? UserId { get; init; }

        public bool UpdateExistingUsersOnly { get; init; }

        public long? CampaignId { get; init; }

        public bool ChannelUnsubscribe { get; init; }

        /// <summary>The opposite of <see cref="Connection.RequireEmail"/>: what is left out of a document is false.</summary>
        public bool EmailOptional { get; init; }

        public bool ListUnverified { get; init; }

        public IReadOnlyList<AttributeMapping> Attributes { get; init; } = [];

        public IdentifierPaths? Identifiers { get; init; }

        public bool FollowsSource { get; init; }

        public long? SourceTime { get; init; }

        public HoldCause? Pause { get; init; }

        /// <summary>The one hold of a document from before there was one for each list.</summary>
        public HoldCause? Hold { get; init; }

        /// <summary>Null in older documents.</summary>
        public IReadOnlyList<HoldDocument>? Holds { get; init; }

        public bool Closed { get; init; }

        public IReadOnlyList<string> Warnings { get; init; } = [];
    }

    internal sealed record HoldDocument
    {
        public long? ListId { get; init; }

        public Guid? BatchId { get; init; }

        /// <summary>Stored under the name that it had first.</summary>
        [JsonPropertyName("stop")]
        /// <summary>Stored under the name that it had first.</summary>
        [JsonPropertyName("stop")]
        /// <summary>Stored under the name that it had first.</summary>
        [JsonPropertyName("stop")]
        public required HoldCause Cause { get; init; }

        public static HoldDocument Of(FeedHold hold) => new() { ListId = hold.ListId, BatchId = hold.BatchId?.Value, Cause = hold.Cause };

        public FeedHold ToHold() => new(Cause, ListId, BatchId is { } batch ? new BatchId(batch) : null);
    }

    internal sealed record StreamDocument
    {
        public required string Name { get; init; }

        public required StreamIdentifier Identifier { get; init; }

        public StreamMappings Mappings { get; init; } = new();

        public StreamEvents Events { get; init; } = new();

        public StreamUsers Users { get; init; } = new();
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
    [JsonSerializable(typeof(HoldCause))]
    [JsonSerializable(typeof(ProjectSource))]
    [JsonSerializable(typeof(ConnectionDocument))]
    private sealed partial class Json : JsonSerializerContext;

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(StreamDocument))]
    private sealed partial class StreamJson : JsonSerializerContext;
}

/// <summary>A connection as a store keeps it: what it is looked up by, and its document.</summary>
internal sealed record StoredConnection(
    FeedId Id, ProjectId ProjectId, Source Source, string? AudienceId, long? ListId, string Document, DateTimeOffset CreatedAt);

/// <summary>A stream as a store keeps it: what it is looked up by, and its document.</summary>
internal sealed record StoredStream(FeedId Id, FeedId UsersId, ProjectId ProjectId, string Document, DateTimeOffset CreatedAt);
