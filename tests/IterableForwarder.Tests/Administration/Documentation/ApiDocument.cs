using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;
using Json.Schema;

namespace IterableForwarder.Tests.Administration.Documentation;

/// <summary>The document of a running service, and what a strict reader makes of its schemas.</summary>
internal sealed class ApiDocument
{
    private static readonly EvaluationOptions Strict = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private readonly ConcurrentDictionary<(string Schema, bool IsClosed), JsonSchema> _read = new();
    private readonly JsonObject _definitions;
    private readonly JsonObject _closedDefinitions;

    private ApiDocument(JsonObject json)
    {
        Json = json;
        Operations = [.. json["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => new ApiOperation(o.Key, path.Key, o.Value!.AsObject())))];
        _definitions = DefinitionsOf(json, isClosed: false);
        _closedDefinitions = DefinitionsOf(json, isClosed: true);
    }

    public JsonObject Json { get; }

    public IReadOnlyList<ApiOperation> Operations { get; }

    public static async Task<ApiDocument> ReadAsync(TestService host) =>
        new((await host.SendAsync(HttpMethod.Get, "/swagger/v1/swagger.json", authorization: null)).Expect(200));

    public ApiOperation Operation(string id) => Operations.Single(o => o.Id == id);

    /// <summary>All that is wrong with a value. A closed schema has no properties but its own: that is how an answer is read.</summary>
    public IReadOnlyList<string> ErrorsOf(JsonNode? value, JsonNode schema, bool isClosed)
    {
        var result = _read.GetOrAdd((schema.ToJsonString(), isClosed), _ => Read(schema, isClosed)).Evaluate(value, Strict);
        if (result.IsValid) return [];
        return [.. result.Details.Where(d => d.HasErrors).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}")).Distinct()];
    }

    private JsonSchema Read(JsonNode schema, bool isClosed)
    {
        var root = (JsonObject)Translate(schema, isClosed)!;
        root["$defs"] = (isClosed ? _closedDefinitions : _definitions).DeepClone();
        return JsonSchema.FromText(root.ToJsonString());
    }

    private static JsonObject DefinitionsOf(JsonObject json, bool isClosed) =>
        new(json["components"]!["schemas"]!.AsObject().Select(s => KeyValuePair.Create(s.Key, Translate(s.Value, isClosed))));

    /// <summary>
    /// A schema of OpenAPI 3.0 as JSON Schema 2020-12. The two differ in how null is allowed: <c>nullable</c> adds it to the type of the same
    /// schema, and to nothing else (OpenAPI 3.0.4, 4.7.24.1).
    /// </summary>
    private static JsonNode? Translate(JsonNode? schema, bool isClosed)
    {
        if (schema is JsonArray array) return new JsonArray([.. array.Select(item => Translate(item, isClosed))]);
        if (schema is not JsonObject known) return schema?.DeepClone();
        var translated = new JsonObject(known
            .Where(p => p.Key is not ("nullable" or "example"))
            .Select(p => KeyValuePair.Create(p.Key, p.Key is "enum" or "properties" && p.Value is JsonArray ? p.Value.DeepClone() : Translate(p.Value, isClosed))));
        if (known["$ref"] is JsonValue reference) translated["$ref"] = ((string)reference!).Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        if (known["nullable"] is JsonValue nullable && (bool)nullable && known["type"] is JsonValue type) translated["type"] = new JsonArray((string?)type, "null");
        if (isClosed && known["properties"] is JsonObject && known["type"] is JsonValue && known["additionalProperties"] is null) translated["additionalProperties"] = false;
        return translated;
    }
}

/// <summary>An operation of the document.</summary>
internal sealed record ApiOperation(string Method, string Path, JsonObject Json)
{
    public string Id => (string?)Json["operationId"] ?? $"{Method} {Path}";

    public IReadOnlyList<int> Statuses => [.. Json["responses"]!.AsObject().Select(r => int.Parse(r.Key, System.Globalization.CultureInfo.InvariantCulture))];

    public JsonObject RequestContent => Json["requestBody"]?["content"]?.AsObject() ?? [];

    public override string ToString() => Id;

    /// <summary>The bodies of an answer by media type; none for one without a body.</summary>
    public JsonObject ContentOf(int status) => Json["responses"]![$"{status}"]?["content"]?.AsObject() ?? [];

    /// <summary>The path with values for its parameters, in their order.</summary>
    public string PathWith(params ReadOnlySpan<string> values)
    {
        var path = Path;
        foreach (var value in values)
        {
            var (start, end) = (path.IndexOf('{', StringComparison.Ordinal), path.IndexOf('}', StringComparison.Ordinal));
            path = $"{path[..start]}{value}{path[(end + 1)..]}";
        }
        return path;
    }
}
