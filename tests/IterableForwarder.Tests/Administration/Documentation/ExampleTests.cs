using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Administration.Documentation;

public sealed class ExampleTests
{
    [Fact]
    public async Task Every_body_has_an_example_that_fits_its_schema()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);

        var wrong = document.Operations.SelectMany(operation => ErrorsOf(document, operation)).ToArray();

        Assert.True(wrong.Length == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>What is left out of a response where it is null, as in the example. Everything else of a response to an operator is in its example.</summary>
    private static readonly string[] LeftOut = ["changeProjectKey.code", "changeProjectKey.message", "checkProject.code", "checkProject.message"];

    [Fact]
    public async Task Every_example_of_a_response_has_every_property_of_its_schema()
    {
        await using var host = await TestService.StartAsync();
        var document = await ApiDocument.ReadAsync(host);

        var missing = document.Operations.Where(o => o.Path.StartsWith("/api/v1/", StringComparison.Ordinal))
            .SelectMany(o => o.Statuses.Where(s => s < 400).SelectMany(s => o.ContentOf(s)).SelectMany(c => MissingIn(document, c.Value!["schema"]!, c.Value["example"], o.Id)))
            .Distinct().ToArray();

        Assert.Equal(string.Join(Environment.NewLine, LeftOut), string.Join(Environment.NewLine, missing.Order(StringComparer.Ordinal)));
    }

    private static IEnumerable<string> MissingIn(ApiDocument document, JsonNode schema, JsonNode? value, string path)
    {
        if (schema["$ref"] is { } reference) schema = document.Json["components"]!["schemas"]![((string)reference!).Split('/')[^1]]!;
        if (value is JsonArray items && schema["items"] is { } itemSchema) return items.SelectMany(item => MissingIn(document, itemSchema, item, $"{path}[]"));
        if (value is not JsonObject shown || schema["properties"] is not JsonObject properties) return [];
        return properties.SelectMany(p => shown.ContainsKey(p.Key) ? MissingIn(document, p.Value!, shown[p.Key], $"{path}.{p.Key}") : [$"{path}.{p.Key}"]);
    }

    private static IEnumerable<string> ErrorsOf(ApiDocument document, ApiOperation operation)
    {
        var bodies = operation.RequestContent.Select(c => (Where: $"request {c.Key}", Body: c.Value!, IsAnswer: false))
            .Concat(operation.Statuses.SelectMany(s => operation.ContentOf(s).Select(c => (Where: $"{s} {c.Key}", Body: c.Value!, IsAnswer: true))));
        foreach (var (where, body, isAnswer) in bodies)
        {
            if (body["example"] is not JsonNode example) yield return $"{operation} {where} has no example";
            else foreach (var error in document.ErrorsOf(example, body["schema"]!, isAnswer)) yield return $"{operation} {where} {error}";
        }
    }
}
