using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Iterable.Client.Transport;

/// <summary>
/// A JSON body, serialized once and sent from the same memory by every attempt. The memory goes back to its pool with the
/// request; over HTTP/1.1 nothing is still being sent from it by then.
/// </summary>
internal sealed class JsonContent : HttpContent
{
    private readonly PooledBuffer _body = new();

    public JsonContent(Action<IBufferWriter<byte>> write)
    {
        write(_body);
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(_body.Written, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Written.Length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _body.Dispose();
        base.Dispose(disposing);
    }
}
