using Iterable.Sandbox.Limits;

namespace Iterable.Sandbox.Api;

/// <summary>One of the API's endpoints.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">With ids as <c>{id}</c>; also what its calls are counted under.</param>
/// <param name="Class">What its limit is shared with.</param>
/// <param name="Handler">Null for paths that do not exist.</param>
internal sealed record Endpoint(string Method, string Path, EndpointClass Class, ApiHandler? Handler);
