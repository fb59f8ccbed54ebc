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
