using System.Text.Json;
using IterableForwarder.Http;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration.Requests;

/// <summary>
/// Refuses an operator's request with all that is wrong with it: query parameters that the action does not have, and what the body's
/// reader and the rules have found. A change of settings goes on to its action, which has more to check.
/// </summary>
internal sealed class RequestErrors(IModelMetadataProvider metadata) : IActionFilter, IOrderedFilter
{
    /// <summary>Where MVC has its own check, which this one replaces.</summary>
    public int Order => -2000;

    /// <summary>What has been found wrong with the request so far.</summary>
    public static ValidationErrors Of(HttpContext context)
    {
        if (context.Features.Get<ValidationErrors>() is { } errors) return errors;
        context.Features.Set(errors = new ValidationErrors());
        return errors;
    }

    /// <summary><c>$.budgets.lists</c> of the reader is <c>budgets.lists</c>; the whole body is <c>$</c>.</summary>
    public static string PathOf(JsonException e) => e.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "$";

    public void OnActionExecuting(ActionExecutingContext context)
    {
        var errors = Of(context.HttpContext);
        // where the body could not be read, MVC says by itself that it is missing
        var hasBody = errors.Count == 0;
        foreach (var name in context.HttpContext.Request.Query.Keys) CheckParameter(name, context.ActionDescriptor, errors);
        ModelStateErrors.AddTo(errors, context.ModelState, hasBody);
        if (errors.Count == 0 || (context.ModelState.IsValid && context.ActionArguments.Values.Any(a => a is ISettingsChange))) return;
        context.Result = errors.ToObjectResult();
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    private void CheckParameter(string name, ActionDescriptor action, ValidationErrors errors)
    {
        var known = action.Parameters.Where(p => p.BindingInfo?.BindingSource == BindingSource.Query).SelectMany(NamesOf).ToList();
        if (known.Contains(name, StringComparer.OrdinalIgnoreCase)) return;
        errors.Add(name, known.Count == 0 ? "is not a known query parameter; this request has none" : $"is not a known query parameter; known ones are {string.Join(", ", known)}");
    }

    private IEnumerable<string> NamesOf(ParameterDescriptor parameter)
    {
        var type = metadata.GetMetadataForType(parameter.ParameterType);
        return type.IsComplexType ? type.Properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!)) : [parameter.BindingInfo?.BinderModelName ?? parameter.Name];
    }
}
