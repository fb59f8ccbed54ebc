using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IterableForwarder.Http;

/// <summary>Adds the <c>traceId</c> to the problem details of controllers: all other error responses have it.</summary>
internal sealed class TraceIdFilter : IAlwaysRunResultFilter
{
    public void OnResultExecuting(ResultExecutingContext context)
    {
        if (context.Result is ObjectResult { Value: ProblemDetails problem }) problem.Extensions.TryAdd("traceId", Problems.RequestId(context.HttpContext));
    }

    public void OnResultExecuted(ResultExecutedContext context)
    {
    }
}
