using System.Diagnostics;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Limits;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Http;

/// <summary>Errors as problem details, whoever raises them.</summary>
internal static class Problems
{
    /// <summary>Seconds after which a caller may try again when the store did not take something: it is tried anew for each request.</summary>
    public const string RetryAfterSeconds = "5";

    public static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            // the framework links to the definitions of RFC 9110 only
            if (context.ProblemDetails.Status == StatusCodes.Status429TooManyRequests) context.ProblemDetails.Type ??= "https://tools.ietf.org/html/rfc6585#section-4";
            if (context.ProblemDetails.Status == StatusCodes.Status415UnsupportedMediaType)
                context.ProblemDetails.Detail ??= "Send the body as application/json, or changes of members also as application/x-ndjson.";
            foreach (var extension in context.HttpContext.RequestServices.GetServices<ProblemExtension>())
            {
                if (extension.AppliesTo(context.HttpContext.Request.Path)) extension.Extend(context.HttpContext, context.ProblemDetails);
            }
        });
        builder.Services.AddExceptionHandler<ProblemExceptionHandler>();
    }

    /// <summary>The "traceId" of a response that reports an error, by which its lines are found in the log.</summary>
    public static string RequestId(HttpContext context) => Activity.Current?.Id ?? context.TraceIdentifier;

    /// <summary>First in the pipeline: whatever comes after it answers with problem details, also where it said nothing.</summary>
    public static void UseProblems(this WebApplication app)
    {
        app.UseSafeHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}

/// <summary>What the problems of a path say beside the usual, in the words of the protocol of whoever asked. One line of registration each.</summary>
/// <param name="AppliesTo">By the path, as some refusals come before there is an endpoint.</param>
/// <param name="Extend">Adds to the problem.</param>
internal sealed record ProblemExtension(Func<PathString, bool> AppliesTo, Action<HttpContext, ProblemDetails> Extend);

/// <summary>The one place that turns an exception into a response. What nobody expected says nothing of its insides.</summary>
internal sealed class ProblemExceptionHandler(ILogger<ProblemExceptionHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (context.RequestAborted.IsCancellationRequested || exception is ConnectionResetException or ConnectionAbortedException)
        {
            // nobody is there to read a response; the status is for the log
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return true;
        }
        if (exception is CapacityExceededException full)
        {
            await new CapacityExceededResult(full.CapacityExceeded).ExecuteAsync(context);
            return true;
        }
        var problem = ProblemFor(exception, context);
        if (exception is StorageUnavailableException) context.Response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        await TypedResults.Problem(problem).ExecuteAsync(context);
        return true;
    }

    private ProblemDetails ProblemFor(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case StorageUnavailableException:
                return new() { Status = StatusCodes.Status503ServiceUnavailable, Title = "The store is not available.", Detail = StoreReason.For(context, exception.Message) };
            case FeedGoneException:
                return new() { Status = StatusCodes.Status404NotFound, Detail = exception.Message };
            case BadHttpRequestException bad:
                return new() { Status = bad.StatusCode, Detail = bad.Message };
            default:
                HttpLog.Unexpected(log, exception, Problems.RequestId(context), context.Request.Method, context.Features.Get<IExceptionHandlerFeature>()?.Endpoint?.DisplayName);
                return new() { Status = StatusCodes.Status500InternalServerError, Detail = "Unexpected error. The log of the service has the details." };
        }
    }
}
