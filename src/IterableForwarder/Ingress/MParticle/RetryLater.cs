using IterableForwarder.Http;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>503 with Retry-After: nothing was accepted, and the sender tries again.</summary>
internal sealed class RetryLater(string why) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.RetryAfter = Problems.RetryAfterSeconds;
        return TypedResults.Problem(why, statusCode: StatusCodes.Status503ServiceUnavailable).ExecuteAsync(httpContext);
    }
}
