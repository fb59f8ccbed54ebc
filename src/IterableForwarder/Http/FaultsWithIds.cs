using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IterableForwarder.Http;

/// <summary>Gives the answers of controllers that list faults the <c>traceId</c> that all others have which tell of an error.</summary>
internal sealed class FaultsWithIds : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is ObjectResult { Value: ProblemDetails problem }) problem.Extensions.TryAdd("traceId", Problems.RequestId(context.HttpContext));
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
