using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Http;

/// <summary>What is wrong with a request, each error with the path to it. All are counted; the first hundred are shown.</summary>
internal sealed class ValidationErrors
{
    private const int MaxShown = 100;

    /// <summary>Null while there are none, as with most requests.</summary>
    private Dictionary<string, List<string>>? _byPath;

    public int Count { get; private set; }

    public void Add(string path, string message)
    {
        if (++Count > MaxShown) return;
        _byPath ??= new(StringComparer.Ordinal);
        if (!_byPath.TryGetValue(path, out var messages)) _byPath[path] = messages = [];
        messages.Add(message);
    }

    /// <summary>Whether an error of just this path is among those that are shown.</summary>
    public bool Has(string path) => _byPath?.ContainsKey(path) == true;

    /// <summary>The same errors, to which others can be added.</summary>
    public ValidationErrors Copy() => new() { Count = Count, _byPath = _byPath?.ToDictionary(f => f.Key, f => f.Value.ToList(), StringComparer.Ordinal) };

    public ValidationProblemDetails ToProblemDetails() => new((_byPath ?? []).ToDictionary(f => f.Key, f => f.Value.ToArray()))
    {
        Status = StatusCodes.Status400BadRequest,
        Title = "The request was not accepted.",
        Type = "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        Extensions = { ["faultCount"] = Count },
    };

    /// <summary>For controllers.</summary>
    public ObjectResult ToObjectResult() =>
        new(ToProblemDetails()) { StatusCode = StatusCodes.Status400BadRequest, ContentTypes = { "application/problem+json" } };

    /// <summary>For minimal endpoints.</summary>
    public ProblemHttpResult ToResult() => TypedResults.Problem(ToProblemDetails());
}
