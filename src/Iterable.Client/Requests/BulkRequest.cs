using System.Buffers;

namespace Iterable.Client.Requests;

/// <summary>
/// A request that carries many members and is answered with Iterable's list response. The closed set of its kinds:
/// <see cref="SubscribeRequest"/>, <see cref="UnsubscribeRequest"/>, BulkUpdateRequest, TrackBulkRequest.
/// </summary>
public abstract record BulkRequest
{
    private protected BulkRequest()
    {
    }

    /// <summary>The class of endpoint its budget is counted under.</summary>
    public abstract EndpointClass EndpointClass { get; }

    /// <summary>The path from the root of the server, such as <c>/api/lists/subscribe</c>. The method is always POST.</summary>
    public abstract string Path { get; }

    /// <summary>How many members it carries.</summary>
    public abstract int MemberCount { get; }

    /// <summary>Writes the body as UTF-8 JSON, exactly as it is sent.</summary>
    public abstract void WriteBody(IBufferWriter<byte> output);

    /// <summary>By what an answer may name the member at this position.</summary>
    internal abstract MemberKeys KeysAt(int index);
}
