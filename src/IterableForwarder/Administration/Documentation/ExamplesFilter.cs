using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Http.Documentation;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// Puts an example beside every body: that of the endpoint's <see cref="BodyExampleAttribute"/>, or else that of the type. Runs last, as
/// it looks at what other filters added.
/// </summary>
/// <param name="json">How the API writes the examples.</param>
internal sealed class ExamplesFilter(IOptions<JsonOptions> json) : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var own = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<BodyExampleAttribute>().ToList();
        if (operation.RequestBody?.Content is { } request) Fill(request, own.Where(e => e.Status == BodyExampleAttribute.Request), RequestOf(context));
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response.Content is null || !int.TryParse(status, CultureInfo.InvariantCulture, out var number)) continue;
            Fill(response.Content, own.Where(e => e.Status == number), number >= 400 ? Parse(ProblemExamples.Of(number)) : ResponseOf(context, number));
        }
    }

    private static void Fill(IDictionary<string, OpenApiMediaType> content, IEnumerable<BodyExampleAttribute> own, JsonNode? general)
    {
        var examples = own.ToList();
        foreach (var (name, media) in content)
        {
            var isJson = name.EndsWith("json", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("ndjson", StringComparison.OrdinalIgnoreCase);
            var chosen = examples.Find(e => e.MediaType == name) ?? (isJson ? examples.Find(e => e.MediaType is null) : null);
            if (!isJson) media.Example = chosen is null ? null : JsonValue.Create(chosen.Content);
            else media.Example = chosen is null ? general?.DeepClone() : Parse(chosen.Content);
        }
    }

    private JsonNode? RequestOf(OperationFilterContext context)
    {
        if (context.ApiDescription.ParameterDescriptions.FirstOrDefault(p => p.Source?.Id == "Body")?.Type is not { } type) return null;
        var example = Write(Examples.Of(type));
        if (example is JsonObject settings && type.IsAssignableTo(typeof(ISettingsChange)))
            Shorten(settings, type.GetGenericArguments()[0], context.ApiDescription.HttpMethod == HttpMethods.Put);
        return example;
    }

    /// <summary>Takes out of settings what says nothing in a request: null where a PUT does not need it, and in a PUT what only a new thing needs.</summary>
    private static void Shorten(JsonObject settings, Type type, bool isPut)
    {
        foreach (var property in type.GetProperties().Where(p => !p.IsDefined(typeof(NeededInPutAttribute))))
        {
            var name = PropertiesFilter.NameOf(property);
            if (settings[name] is null || (isPut && property.IsDefined(typeof(NeededAttribute)))) settings.Remove(name);
        }
    }

    private JsonNode? ResponseOf(OperationFilterContext context, int status) =>
        context.ApiDescription.SupportedResponseTypes.FirstOrDefault(r => r.StatusCode == status)?.Type is { } type ? Write(Examples.Of(type)) : null;

    private JsonNode? Write(object? example) => example is null ? null : JsonSerializer.SerializeToNode(example, example.GetType(), json.Value.JsonSerializerOptions);

    private static JsonNode? Parse(string? text) => text is null ? null : JsonNode.Parse(text);
}
