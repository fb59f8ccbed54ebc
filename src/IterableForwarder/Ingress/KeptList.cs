using System.Text.Json;
using System.Text.Json.Serialization;

namespace IterableForwarder.Ingress;

/// <summary>
/// The list of an audience that has no connection. It is kept with each change in the place of its attributes, which only a connection maps, so that
/// a replay can create the connection.
/// </summary>
/// <param name="ListId">1 or more; null where the message named none.</param>
/// <param name="ListName">The list that is used or created, by exactly this name; null for none.</param>
internal sealed record KeptList(long? ListId = null, string? ListName = null)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public byte[] ToAttributes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    public static KeptList Of(ReadOnlyMemory<byte> attributes) => attributes.IsEmpty ? new() : JsonSerializer.Deserialize<KeptList>(attributes.Span, Json)!;
}
