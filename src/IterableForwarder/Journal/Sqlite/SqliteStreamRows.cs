using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using Microsoft.Data.Sqlite;

namespace IterableForwarder.Journal.Sqlite;

/// <summary>The statements about streams. Those that write run inside the writer's transaction.</summary>
internal static partial class SqliteStreamRows
{
    /// <summary>False when the project is gone.</summary>
    public static bool TryInsert(SqliteSession session, EventStream stream) =>
        SqliteDirectoryRows.TryInsert(session, StreamSides.EventsOf(stream))
        && SqliteDirectoryRows.TryInsert(session, StreamSides.UsersOf(stream))
        && session.Execute(
            "INSERT INTO streams (id, users_id, project_id, settings, created_at) VALUES ($1, $2, $3, $4, $5)",
            stream.Id.Value.Blob(), stream.UsersId.Value.Blob(), stream.ProjectId.Value.Blob(), Write(stream), stream.CreatedAt.Millis()) == 1;

    public static int Update(SqliteSession session, EventStream stream, IEnumerable<Connection> sides) =>
        session.Execute("UPDATE streams SET settings = $2 WHERE id = $1", stream.Id.Value.Blob(), Write(stream))
        + sides.Sum(side => SqliteDirectoryRows.Update(session, side));

    /// <summary>False while changes of either side are pending: then nothing is deleted.</summary>
    public static bool TryDelete(SqliteSession session, EventStream stream)
    {
        if (session.Scalar(
            "SELECT 1 FROM entries WHERE connection_id IN ($1, $2) AND state = 0 LIMIT 1", stream.Id.Value.Blob(), stream.UsersId.Value.Blob()) is not null) return false;
        session.Execute("DELETE FROM streams WHERE id = $1", stream.Id.Value.Blob());
        return SqliteDirectoryRows.TryDelete(session, stream.Id) && SqliteDirectoryRows.TryDelete(session, stream.UsersId);
    }

    public static IEnumerable<EventStream> Read(SqliteConnection reader) => reader.Query<Row>(
        "SELECT id AS Id, users_id AS UsersId, project_id AS ProjectId, settings AS Settings, created_at AS CreatedAt FROM streams").Select(Read);

    private static string Write(EventStream stream) => JsonSerializer.Serialize(
        new Document
        {
            Name = stream.Name,
            Identifier = stream.Identifier,
            Mappings = stream.Mappings,
            Events = stream.Events,
            Users = stream.Users,
        },
        StreamJson.Default.Document);

    private static EventStream Read(Row row)
    {
        var document = JsonSerializer.Deserialize(row.Settings, StreamJson.Default.Document)!;
        return new()
        {
            Id = new ConnectionId(SqliteForms.ToGuid(row.Id)),
            UsersId = new ConnectionId(SqliteForms.ToGuid(row.UsersId)),
            ProjectId = new ProjectId(SqliteForms.ToGuid(row.ProjectId)),
            Name = document.Name,
            Identifier = document.Identifier,
            Mappings = document.Mappings,
            Events = document.Events,
            Users = document.Users,
            CreatedAt = SqliteForms.ToTime(row.CreatedAt),
        };
    }

    private sealed class Row
    {
        public required byte[] Id { get; init; }

        public required byte[] UsersId { get; init; }

        public required byte[] ProjectId { get; init; }

        public required string Settings { get; init; }

        public long CreatedAt { get; init; }
    }

    /// <summary>A field may be added with a default, none renamed.</summary>
    internal sealed record Document
    {
        public required string Name { get; init; }

        public required StreamIdentifier Identifier { get; init; }

        public StreamMappings Mappings { get; init; } = new();

        public StreamEvents Events { get; init; } = new();

        public StreamUsers Users { get; init; } = new();
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Document))]
    private sealed partial class StreamJson : JsonSerializerContext;
}
