using System.Buffers;

namespace Iterable.Client.Transport;

/// <summary>One call, before it is bound to a project.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">From the root of the server.</param>
/// <param name="EndpointClass">What the budget is asked for.</param>
/// <param name="WriteBody">Writes the JSON body; null for none.</param>
/// <param name="IsRepeatable">Whether doing it twice does no harm.</param>
internal sealed record ApiCall(
    HttpMethod Method, string Path, EndpointClass EndpointClass, Action<IBufferWriter<byte>>? WriteBody = null, bool IsRepeatable = true)
{
    public HttpRequestMessage ToMessage(Uri baseAddress, string apiKey)
    {
        var message = new HttpRequestMessage(Method, new Uri(baseAddress.AbsoluteUri.TrimEnd('/') + Path))
        {
            Content = WriteBody is null ? null : new JsonContent(WriteBody),
        };
        message.Headers.Add(ApiKey.HeaderName, apiKey);
        return message;
    }
}
