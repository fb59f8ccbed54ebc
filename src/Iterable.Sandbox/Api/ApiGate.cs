using System.Text.Json;
using System.Text.Unicode;
using Iterable.Sandbox.Faults;
using Iterable.Sandbox.Limits;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Api;

/// <summary>What every call has to pass before its endpoint looks at it: key, right, rate, size, JSON. In that order.</summary>
internal sealed class ApiGate(World world)
{
    public ApiAnswer Answer(Endpoint endpoint, HttpRequest request, RequestBody body, out int members)
    {
        members = 0;
        if (endpoint.Download is { } download) return download(request);
        if (ApiKeyOf(request) is not { Length: > 0 } apiKey) return Refusals.BadApiKey;
        var project = world.ProjectOf(apiKey);
        if (Refuse(project, endpoint, request.Path) is { } refusal) return refusal;
        if (body.IsTooLarge) return Refusals.TooLarge;
        if (!Utf8.IsValid(body.Bytes.Span)) return Refusals.BadJsonBody;
        var call = new ApiCall(project, request, body.Bytes);
        var answer = Handle(endpoint.Handler!, call);
        members = call.MemberCount;
        return answer;
    }

    public static string? ApiKeyOf(HttpRequest request) => request.Headers["Api-Key"];

    private static ApiAnswer? Refuse(Project project, Endpoint endpoint, string path)
    {
        var settings = project.Settings;
        if (settings.Revoked) return Refusals.BadApiKey;
        if (endpoint.Handler is null) return Refusals.NotFound;
        if (settings.Forbidden || settings.ForbiddenPaths.Any(pattern => PathPattern.Matches(pattern, path))) return Refusals.Forbidden;
        return Limit(project, endpoint.Class) ?? (endpoint.DailyClass is { } daily ? Limit(project, daily) : null);
    }

    private static ApiAnswer? Limit(Project project, EndpointClass endpointClass) => project.TakeToken(endpointClass) is { } wait
        ? Refusals.RateLimited(project.Settings.Limits.Of(endpointClass), wait, project.Settings)
        : null;

    private static ApiAnswer Handle(ApiHandler handler, ApiCall call)
    {
        try
        {
            return handler(call);
        }
        catch (RefusedException refused)
        {
            return refused.Answer;
        }
        catch (JsonException)
        {
            return Refusals.BadJsonBody;
        }
    }
}
