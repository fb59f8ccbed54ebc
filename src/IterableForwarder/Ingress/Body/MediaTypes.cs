using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Ingress.Body;

/// <summary>The forms in which changes may arrive.</summary>
internal enum BodyForm
{
    Unsupported,
    Json,
    Ndjson,
}

/// <summary>Tells the form of a body by its Content-Type.</summary>
internal static class MediaTypes
{
    public const string Json = "application/json";
    public const string Ndjson = "application/x-ndjson";

    public static BodyForm FormOf(HttpRequest request)
    {
        // what nearly all send: parsing it makes more objects than reading a message of one profile
        if (request.ContentType is Json or $"{Json}; charset=utf-8") return BodyForm.Json;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) return BodyForm.Unsupported;
        if (type.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase)) return BodyForm.Json;
        return type.MediaType.Equals(Ndjson, StringComparison.OrdinalIgnoreCase) ? BodyForm.Ndjson : BodyForm.Unsupported;
    }
}
