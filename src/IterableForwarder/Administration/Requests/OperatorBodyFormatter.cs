using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Administration.Requests;

/// <summary>Reads the bodies of operators' requests. A field that nobody knows is an error, and all of them are named.</summary>
internal sealed class OperatorBodyFormatter : TextInputFormatter
{
    public const string MergePatch = "application/merge-patch+json";

    /// <summary>A property that appears twice has no meaning that everybody agrees on.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly JsonSerializerOptions _options;

    public OperatorBodyFormatter(JsonSerializerOptions options)
    {
        _options = options;
        SupportedEncodings.Add(UTF8EncodingWithoutBOM);
        SupportedEncodings.Add(UTF16EncodingLittleEndian);
        SupportedMediaTypes.Add("application/json");
        SupportedMediaTypes.Add(MergePatch);
    }

    public override bool CanRead(InputFormatterContext context) => base.CanRead(context) && (!IsMergePatch(context) || HttpMethods.IsPatch(context.HttpContext.Request.Method));

    public override IReadOnlyList<string>? GetSupportedContentTypes(string? contentType, Type objectType) =>
        IsChange(objectType) ? ["application/json", MergePatch] : ["application/json"];

    public override async Task<InputFormatterResult> ReadRequestBodyAsync(InputFormatterContext context, Encoding encoding)
    {
        var errors = RequestErrors.Of(context.HttpContext);
        try
        {
            using var document = await ParseAsync(context.HttpContext, encoding);
            if (document.Deserialize<JsonNode>() is not { } body) return InputFormatterResult.NoValue();
            return InputFormatterResult.Success(IsChange(context.ModelType) ? ReadChange(context, body, errors) : Read(body, context.ModelType, errors));
        }
        catch (JsonException e)
        {
            errors.Add(RequestErrors.PathOf(e), e.Path is null ? "is not valid JSON, or has a property twice" : "has the wrong JSON type");
            return InputFormatterResult.Failure();
        }
    }

    private static async Task<JsonDocument> ParseAsync(HttpContext context, Encoding encoding)
    {
        if (encoding.CodePage == Encoding.UTF8.CodePage) return await JsonDocument.ParseAsync(context.Request.Body, Strict, context.RequestAborted);
        await using var transcoded = Encoding.CreateTranscodingStream(context.Request.Body, encoding, Encoding.UTF8, leaveOpen: true);
        return await JsonDocument.ParseAsync(transcoded, Strict, context.RequestAborted);
    }

    private object Read(JsonNode body, Type type, ValidationErrors errors)
    {
        new BodyCheck(_options, errors).Check(body, type, null, isWhole: false);
        return body.Deserialize(type, _options)!;
    }

    private object ReadChange(InputFormatterContext context, JsonNode body, ValidationErrors errors)
    {
        var form = FormOf(context.HttpContext.Request.Method);
        var (settings, shown) = (context.ModelType.GetGenericArguments()[0], context.ModelType.GetGenericArguments()[1]);
        new BodyCheck(_options, errors).Check(body, settings, form == ChangeForm.Post ? null : shown, form == ChangeForm.Put);
        if (body is not JsonObject change) throw new JsonException(null, "$", null, null);
        var read = (ISettingsChange)Activator.CreateInstance(context.ModelType, change, form, errors, _options)!;
        read.CheckTypes();
        return read;
    }

    private static ChangeForm FormOf(string method) =>
        HttpMethods.IsPost(method) ? ChangeForm.Post : HttpMethods.IsPut(method) ? ChangeForm.Put : ChangeForm.Patch;

    private static bool IsMergePatch(InputFormatterContext context) =>
        MediaTypeHeaderValue.TryParse(context.HttpContext.Request.ContentType, out var type) && type.MediaType.Equals(MergePatch, StringComparison.OrdinalIgnoreCase);

    private static bool IsChange(Type type) => type.IsAssignableTo(typeof(ISettingsChange));
}
