using System.Reflection;
using System.Text.Json.Nodes;
using IterableForwarder.Changes;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using Microsoft.OpenApi;

namespace IterableForwarder.Administration.Documentation;

/// <summary>The API's documentation and the page to use it from; both open without a key.</summary>
internal static class SwaggerComposition
{
    public const string KeyScheme = "Key";

    private const string Description =
        """
        Forwards audiences from customer data platforms to Iterable lists.

        1. Press **Authorize** and enter an operator key.
        2. Add the Iterable project with its key under **Projects**, and check the key.
        3. Add a **connection** for each audience and the list it feeds; mParticle's messages create their own.
        4. Create an ingest key for each source under **Keys**.

        Errors are problem details. A refused body names every error under `errors`, by the path to it. Lists come in pages:
        give `next` as `after` to go on.
        """;

    public static void AddSwagger(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "IterableForwarder",
                Version = ServiceVersion.Current,
                Description = Description,
                License = new OpenApiLicense { Name = "MIT", Url = new Uri("https://opensource.org/license/mit") },
            });
            // of the address that served the document, whatever proxy it came through
            options.AddServer(new OpenApiServer { Url = "/" });
            options.AddSecurityDefinition(KeyScheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "A key from the configuration or from POST /api/v1/keys.",
            });
            options.IncludeXmlComments(Assembly.GetExecutingAssembly(), includeControllerXmlComments: false);
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.CustomSchemaIds(SchemaId);
            options.DescribeAllParametersInCamelCase();
            options.OrderActionsBy(description => $"{description.RelativePath}/{Rank(description.HttpMethod)}");
            options.MapType<ProjectId>(() => new OpenApiSchema { Type = JsonSchemaType.String });
            options.MapType<RawJson>(() => new OpenApiSchema());
            foreach (var words in SettingsWords.InJson) options.MapType(words.Type, () => SchemaOf(words));
            options.SchemaFilter<PropertiesFilter>();
            options.OperationFilter<ParametersFilter>();
            options.OperationFilter<BodyFormsFilter>();
            options.OperationFilter<SettingsChangeFilter>();
            options.OperationFilter<CommonResponsesFilter>();
            options.OperationFilter<ExamplesFilter>();
            options.DocumentFilter<DocumentFilter>();
        });
    }

    /// <summary>Beside the others' way: whoever passes Swagger's middleware pays for a generator of the whole document.</summary>
    public static void UseSwaggerPage(this WebApplication app) => app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase), swagger =>
    {
        swagger.UseSwagger();
        swagger.UseSwaggerUI(options =>
        {
            options.DocumentTitle = "IterableForwarder";
            options.SwaggerEndpoint("/swagger/v1/swagger.json", "v1");
            options.DisplayRequestDuration();
        });
    });

    private static OpenApiSchema SchemaOf(IWords words) =>
        new() { Type = JsonSchemaType.String, Enum = [.. words.All.Select(word => (JsonNode)JsonValue.Create(word))] };

    private static string SchemaId(Type type) =>
        type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}Of{string.Concat(type.GetGenericArguments().Select(SchemaId))}" : type.Name;

    /// <summary>The order in which operations are listed: create, read, change, delete.</summary>
    private static int Rank(string? method) => method switch { "POST" => 0, "GET" => 1, "PUT" => 2, "PATCH" => 3, _ => 4 };
}
