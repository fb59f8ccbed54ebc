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
internal sealed class RequestFaults(IModelMetadataProvider metadata) : IActionFilter, IOrderedFilter
{
    /// <summary>Where MVC has its own check, which this one replaces.</summary>
    public int Order => -2000;

    /// <summary>What has been found wrong with the request so far.</summary>
    public static Faults Of(HttpContext context)
    {
        if (context.Features.Get<Faults>() is { } faults) return faults;
        context.Features.Set(faults = new Faults());
        return faults;
    }

    /// <summary><c>$.budgets.lists</c> of the reader is <c>budgets.lists</c>; the whole body is <c>$</c>.</summary>
    public static string PathOf(JsonException e) => e.Path is { } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "$";

    public void OnActionExecuting(ActionExecutingContext context)
    {
        var faults = Of(context.HttpContext);
        // where the body could not be read, MVC says by itself that it is missing
        var hasBody = faults.Count == 0;
        foreach (var name in context.HttpContext.Request.Query.Keys) CheckParameter(name, context.ActionDescriptor, faults);
        ModelStateFaults.AddTo(faults, context.ModelState, hasBody);
        if (faults.Count == 0 || (context.ModelState.IsValid && context.ActionArguments.Values.Any(a => a is ISettingsChange))) return;
        context.Result = faults.ToObjectResult();
    }

    public void OnActionExecuted(ActionExecutedContext context)
    {
    }

    private void CheckParameter(string name, ActionDescriptor action, Faults faults)
    {
        var known = action.Parameters.Where(p => p.BindingInfo?.BindingSource == BindingSource.Query).SelectMany(NamesOf).ToList();
        if (known.Contains(name, StringComparer.OrdinalIgnoreCase)) return;
        faults.Add(name, known.Count == 0 ? "is not a known query parameter; this request has none" : $"is not a known query parameter; known ones are {string.Join(", ", known)}");
    }

    private IEnumerable<string> NamesOf(ParameterDescriptor parameter)
    {
        var type = metadata.GetMetadataForType(parameter.ParameterType);
        return type.IsComplexType ? type.Properties.Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name!)) : [parameter.BindingInfo?.BinderModelName ?? parameter.Name];
    }
}
