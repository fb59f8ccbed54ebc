using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Administration;

/// <summary>What MVC and the validators found wrong, with the paths as they stand in the request.</summary>
internal static class ModelStateFaults
{
    private const string WholeBody = "$";

    public static IActionResult ToResult(ActionContext context)
    {
        var faults = new Faults();
        foreach (var (key, entry) in context.ModelState)
        {
            foreach (var error in entry.Errors) faults.Add(PathOf(key), MessageOf(key, error));
        }
        return faults.ToObjectResult();
    }

    /// <summary><c>$.budgets.lists</c> from the JSON reader and <c>Budgets.Lists</c> from a validator are one path.</summary>
    private static string PathOf(string key)
    {
        var path = key.StartsWith("$.", StringComparison.Ordinal) ? key[2..] : key;
        return path.Length == 0 ? WholeBody : string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
    }

    /// <summary>The reader's own words name .NET types, which say nothing to a caller.</summary>
    private static string MessageOf(string key, ModelError error)
    {
        if (!key.StartsWith('$')) return error.ErrorMessage;
        return error.ErrorMessage.Contains("could not be converted", StringComparison.Ordinal) ? "has the wrong JSON type" : "is not valid JSON";
    }
}
