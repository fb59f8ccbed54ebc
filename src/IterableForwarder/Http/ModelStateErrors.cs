using System.Text.Json;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace IterableForwarder.Http;

/// <summary>What MVC and the validators found wrong, with the paths as they are in the request.</summary>
internal static class ModelStateErrors
{
    private const string WholeBody = "$";

    /// <param name="errors">Receives them.</param>
    /// <param name="state">What was found.</param>
    /// <param name="withWhole">Whether errors of the body as a whole count.</param>
    public static void AddTo(ValidationErrors errors, ModelStateDictionary state, bool withWhole)
    {
        foreach (var (key, entry) in state.Where(e => withWhole || e.Key.Length > 0))
        {
            foreach (var error in entry!.Errors) errors.Add(PathOf(key), error.ErrorMessage);
        }
    }

    /// <summary><c>Budgets.Lists</c> of a validator is <c>budgets.lists</c> in the request.</summary>
    public static string PathOf(string key) => key.Length == 0 ? WholeBody : string.Join('.', key.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}
