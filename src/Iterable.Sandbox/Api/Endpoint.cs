using Iterable.Sandbox.Limits;

namespace Iterable.Sandbox.Api;

/// <summary>One of the API's endpoints.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">With ids as <c>{id}</c>; also what its calls are counted under.</param>
/// <param name="Class">What its limit is shared with.</param>
/// <param name="Handler">Null for paths that do not exist.</param>
internal sealed record Endpoint(string Method, string Path, EndpointClass Class, ApiHandler? Handler)
{
    /// <summary>A second limit, over a longer time.</summary>
    public EndpointClass? DailyClass { get; init; }

    /// <summary>Answers without a key, as storage behind a link does. Takes the place of the handler.</summary>
    public Func<HttpRequest, ApiAnswer>? Download { get; init; }
}
