using System.Text;
using System.Text.Json;
using Iterable.Sandbox.Api;

namespace Iterable.Sandbox.Faults;

/// <summary>The answers of the faults that answer instead of the API.</summary>
internal static class FaultAnswers
{
    public static ApiAnswer Of(Fault fault) => fault.Kind switch
    {
        FaultKind.Status => OfStatus(fault, fault.Status ?? 503),
        FaultKind.Html => OfPage(fault, fault.Status ?? 502),
        FaultKind.Body => new ApiAnswer(fault.Status ?? 200, Encoding.UTF8.GetBytes(fault.Body!), RetryAfterSeconds: fault.RetryAfterSeconds),
        FaultKind.Empty => new ApiAnswer(fault.Status ?? 200, default, RetryAfterSeconds: fault.RetryAfterSeconds),
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };

    public static string Name(FaultKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static ApiAnswer OfStatus(Fault fault, int status) =>
        Envelope.Of(status, fault.Code ?? CodeOf(status), fault.Message ?? "A fault asked for", retryAfterSeconds: fault.RetryAfterSeconds);

    private static ApiAnswer OfPage(Fault fault, int status)
    {
        var page = $"<html><head><title>{status}</title></head><body><h1>{status}</h1><p>{fault.Message ?? "The gateway had no answer."}</p></body></html>";
        return new ApiAnswer(status, Encoding.UTF8.GetBytes(page), ApiAnswer.Html, fault.RetryAfterSeconds);
    }

    private static string CodeOf(int status) => status switch
    {
        < 300 => "Success",
        401 => "BadApiKey",
        403 => "Forbidden",
        404 => "NotFound",
        409 => "Conflict",
        413 => "BatchTooLarge",
        429 => "RateLimitExceeded",
        < 500 => "BadParams",
        _ => "GenericError",
    };
}
