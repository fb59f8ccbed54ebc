using IterableForwarder.Journal.Limits;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Http;

/// <summary>The response to a request that exceeds a capacity. It says when to retry, unless a retry is useless.</summary>
/// <param name="exceeded">Which capacity.</param>
/// <param name="instead">A status that the source understands better; null for the one of the contract.</param>
internal sealed class CapacityExceededResult(CapacityExceeded exceeded, int? instead = null) : IResult
{
    /// <summary>Capacity comes with delivery, which takes longer than a store that failed once.</summary>
    private const string RetryAfterSeconds = "30";

    /// <summary>Memory comes as soon as other requests are answered.</summary>
    private const string RetrySoonSeconds = "2";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var headers = httpContext.Response.Headers;
        if (exceeded.Kind != CapacityKind.Limit) headers.RetryAfter = exceeded.Kind == CapacityKind.Memory ? RetrySoonSeconds : RetryAfterSeconds;
        // the rest of the body is not read: the server would take it in only to throw it away
        if (exceeded.Kind == CapacityKind.Memory) headers.Connection = "close";
        return TypedResults.Problem(new ProblemDetails { Status = instead ?? StatusOf(exceeded), Title = TitleOf(exceeded), Detail = exceeded.Detail }).ExecuteAsync(httpContext);
    }

    private static int StatusOf(CapacityExceeded exceeded) => exceeded.Kind switch
    {
        CapacityKind.Connection or CapacityKind.Dropped or CapacityKind.Audiences => StatusCodes.Status429TooManyRequests,
        CapacityKind.Service or CapacityKind.Disk or CapacityKind.Memory => StatusCodes.Status503ServiceUnavailable,
        CapacityKind.Limit => StatusCodes.Status413PayloadTooLarge,
        _ => throw new InvalidOperationException($"Unknown kind of capacity: {exceeded.Kind}."),
    };

    private static string TitleOf(CapacityExceeded exceeded) => exceeded.Kind switch
    {
        CapacityKind.Connection => "Too many changes are pending for the connection.",
        CapacityKind.Service => "Too many changes are pending.",
        CapacityKind.Disk => "The disk is nearly full.",
        CapacityKind.Limit => "The batch exceeds a limit by itself.",
        CapacityKind.Memory => "Too many bodies are being read.",
        CapacityKind.Dropped => "The project keeps too many dropped changes.",
        CapacityKind.Audiences => "The source has created too many audiences.",
        _ => throw new InvalidOperationException($"Unknown kind of capacity: {exceeded.Kind}."),
    };
}
