using System.Buffers;

namespace Iterable.Sandbox.Api;

/// <summary>A whole body in a rented buffer. Whole, because a fault may look for a text in it.</summary>
internal sealed class RequestBody : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>More came than is taken; the rest was not read.</summary>
    public bool IsTooLarge { get; private set; }

    public static async Task<RequestBody> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        var body = new RequestBody((int)Math.Min(request.ContentLength + 1 ?? 16 * 1024, most + 1));
        try
        {
            await body.FillAsync(request.Body, most, cancellationToken);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _length = 0;
    }

    private async Task FillAsync(Stream source, int most, CancellationToken cancellationToken)
    {
        while (_length <= most)
        {
            if (_length == _buffer.Length) Grow();
            var read = await source.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0) return;
            _length += read;
        }
        IsTooLarge = true;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
