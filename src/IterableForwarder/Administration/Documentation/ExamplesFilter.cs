using System.Globalization;
using System.Text.Json.Nodes;
using IterableForwarder.Http.Documentation;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace IterableForwarder.Administration.Documentation;

/// <summary>
/// Puts an example beside every body: that of the endpoint's <see cref="BodyExampleAttribute"/>, or else that of the type. Runs last, as
/// it looks at what other filters added.
/// </summary>
internal sealed class ExamplesFilter : IOperationFilter
{
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var own = context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<BodyExampleAttribute>().ToList();
        if (operation.RequestBody?.Content is { } request) Fill(request, own.Where(e => e.Status == BodyExampleAttribute.Request), RequestOf(context));
        foreach (var (status, response) in operation.Responses ?? [])
        {
            if (response.Content is null || !int.TryParse(status, CultureInfo.InvariantCulture, out var number)) continue;
            Fill(response.Content, own.Where(e => e.Status == number), number >= 400 ? ProblemExamples.Of(number) : AnswerOf(context, number));
        }
    }

    private static void Fill(IDictionary<string, OpenApiMediaType> content, IEnumerable<BodyExampleAttribute> own, string? general)
    {
        var examples = own.ToList();
        foreach (var (name, media) in content)
        {
            var isJson = name.EndsWith("json", StringComparison.OrdinalIgnoreCase) && !name.EndsWith("ndjson", StringComparison.OrdinalIgnoreCase);
            var chosen = examples.Find(e => e.MediaType == name) ?? (isJson ? examples.Find(e => e.MediaType is null) : null);
            var text = chosen?.Content ?? (isJson ? general : null);
            if (text is not null) media.Example = isJson ? JsonNode.Parse(text) : JsonValue.Create(text);
        }
    }

    private static string? RequestOf(OperationFilterContext context) =>
        context.ApiDescription.ParameterDescriptions.FirstOrDefault(p => p.Source?.Id == "Body")?.Type is { } type ? Examples.Of(type) : null;

    private static string? AnswerOf(OperationFilterContext context, int status) =>
        context.ApiDescription.SupportedResponseTypes.FirstOrDefault(r => r.StatusCode == status)?.Type is { } type ? Examples.Of(type) : null;
}
