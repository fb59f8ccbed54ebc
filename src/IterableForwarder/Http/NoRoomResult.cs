using IterableForwarder.Journal.Limits;
using Microsoft.AspNetCore.Mvc;

namespace IterableForwarder.Http;

/// <summary>The answer to a request that there is no room for. Only one that may be tried again says when.</summary>
/// <param name="noRoom">What is full.</param>
/// <param name="instead">A status that the source understands better; null for the one of the contract.</param>
internal sealed class NoRoomResult(NoRoom noRoom, int? instead = null) : IResult
{
    /// <summary>Room comes with delivery, which takes longer than a store that stumbled.</summary>
    private const string RetryAfterSeconds = "30";

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (noRoom.In != NoRoomIn.Limit) httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
        return TypedResults.Problem(new ProblemDetails { Status = instead ?? StatusOf(noRoom), Title = TitleOf(noRoom), Detail = noRoom.Detail }).ExecuteAsync(httpContext);
    }

    private static int StatusOf(NoRoom noRoom) => noRoom.In switch
    {
        NoRoomIn.Connection => StatusCodes.Status429TooManyRequests,
        NoRoomIn.Service or NoRoomIn.Disk => StatusCodes.Status503ServiceUnavailable,
        NoRoomIn.Limit => StatusCodes.Status413PayloadTooLarge,
        _ => throw new InvalidOperationException($"No room in {noRoom.In}."),
    };

    private static string TitleOf(NoRoom noRoom) => noRoom.In switch
    {
        NoRoomIn.Connection => "Too many changes are pending for the connection.",
        NoRoomIn.Service => "Too many changes are pending.",
        NoRoomIn.Disk => "The disk is nearly full.",
        NoRoomIn.Limit => "The batch is larger than may be pending.",
        _ => throw new InvalidOperationException($"No room in {noRoom.In}."),
    };
}
