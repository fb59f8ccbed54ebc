using System.Text.Json;
using System.Text.Json.Serialization;

namespace Iterable.Sandbox.Control;

/// <summary>Names, never numbers: a control request with an unknown word is refused.</summary>
internal sealed class CamelCaseEnum<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
