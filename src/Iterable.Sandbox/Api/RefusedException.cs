namespace Iterable.Sandbox.Api;

/// <summary>
/// A request that cannot be read. Thrown because the reader finds out several calls deep and on the spot; a refusal
/// is rare here, and its cost does not matter.
/// </summary>
internal sealed class RefusedException(ApiAnswer answer) : Exception
{
    public ApiAnswer Answer => answer;
}
