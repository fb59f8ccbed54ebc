using System.Text.Json;
using System.Text.Json.Serialization;
using IterableForwarder.Changes;

namespace IterableForwarder.Administration;

/// <summary>Ids of projects in settings. A text that is not an id is the id of nothing, which the rules refuse.</summary>
internal sealed class ProjectIdConverter : JsonConverter<ProjectId>
{
    public override ProjectId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        return ProjectId.TryParse(reader.GetString(), out var id) ? id : default;
    }

    public override void Write(Utf8JsonWriter writer, ProjectId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
