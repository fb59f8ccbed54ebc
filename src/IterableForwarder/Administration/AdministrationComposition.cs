using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using FluentValidation.AspNetCore;
using IterableForwarder.Administration.Connections;
using IterableForwarder.Administration.Documentation;
using IterableForwarder.Administration.Projects;
using IterableForwarder.Administration.Requests;
using IterableForwarder.Administration.Streams;
using IterableForwarder.Http;
using IterableForwarder.Journal.Settings;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Formatters;

namespace IterableForwarder.Administration;

/// <summary>Registration of the operator's API and of its documentation.</summary>
internal static class AdministrationComposition
{
    public static void AddAdministration(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        // AddControllers would bring MVC's authorization along, and with it the usual authentication before every request, of which we need neither
        services.AddMvcCore(ConfigureMvc)
            .AddApiExplorer()
            .AddApplicationPart(typeof(AdministrationComposition).Assembly)
            .ConfigureApplicationPartManager(parts => parts.FeatureProviders.Add(new InternalControllers()))
            .ConfigureApiBehaviorOptions(options => options.SuppressModelStateInvalidFilter = true)
            .AddJsonOptions(ConfigureJson);
        services.AddFluentValidationAutoValidation(options => options.DisableDataAnnotationsValidation = true);
        services.AddValidatorsFromAssemblyContaining<PageRequestRules>(ServiceLifetime.Singleton, includeInternalTypes: true);
        services.AddSingleton<FlowStatus>();
        services.AddSingleton<ConnectionResponses>();
        services.AddSingleton<StreamResponses>();
        services.AddSingleton<ListChoice>();
        services.AddSingleton<ProjectResume>();
        services.AddSwagger();
    }

    public static void MapAdministration(this WebApplication app) => app.MapControllers();

    private static void ConfigureMvc(MvcOptions options)
    {
        options.Filters.Add<TraceIdFilter>();
        options.Filters.Add<RequestErrors>();
        options.OutputFormatters.RemoveType<StringOutputFormatter>();
        var reader = options.InputFormatters.OfType<SystemTextJsonInputFormatter>().Single();
        options.InputFormatters.Clear();
        options.InputFormatters.Add(new OperatorBodyFormatter(reader.SerializerOptions));
        // the second is for problem details
        foreach (var formatter in options.OutputFormatters.OfType<SystemTextJsonOutputFormatter>())
            Serve(formatter.SupportedMediaTypes, "application/json", "application/*+json");
    }

    private static void Serve(MediaTypeCollection types, params ReadOnlySpan<string> served)
    {
        types.Clear();
        foreach (var type in served) types.Add(type);
    }

    private static void ConfigureJson(JsonOptions options)
    {
        // "42" is not 42, and "Name" is not "name": what is wrong about a request is said, not guessed right
        options.JsonSerializerOptions.PropertyNameCaseInsensitive = false;
        options.JsonSerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        options.JsonSerializerOptions.Converters.Add(new UtcTimeConverter());
        options.JsonSerializerOptions.Converters.Add(new WholeNumberConverter());
        options.JsonSerializerOptions.Converters.Add(new ProjectIdConverter());
        foreach (var words in SettingsWords.InJson) options.JsonSerializerOptions.Converters.Add(words.Converter);
        options.JsonSerializerOptions.TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { PutSettingsFirst } };
    }

    /// <summary>What a response adds to settings comes after them, as it is read. Without this, the properties of a base come last.</summary>
    private static void PutSettingsFirst(JsonTypeInfo type)
    {
        if (type.Type.BaseType?.Namespace != typeof(ConnectionSettings).Namespace) return;
        foreach (var added in type.Properties.Where(p => p.Order == 0 && p.AttributeProvider is MemberInfo member && member.DeclaringType == type.Type)) added.Order = 1;
    }
}
