using System.Buffers;

namespace Iterable.Client.Transport;

/// <summary>A growing buffer of rented memory, so that a body of some megabytes does not land on the large object heap.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>, IDisposable
{
    private const int InitialLength = 16 * 1024;

    private byte[]? _bytes = ArrayPool<byte>.Shared.Rent(InitialLength);
    private int _written;

    public ReadOnlyMemory<byte> Written => Bytes.AsMemory(0, _written);

    private byte[] Bytes => _bytes ?? throw new ObjectDisposedException(nameof(PooledBuffer));

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Bytes.Length - _written);
        _written += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return Bytes.AsMemory(_written);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        if (_bytes is { } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
        _bytes = null;
    }

    private void Reserve(int length)
    {
        var full = Bytes;
        if (full.Length - _written >= length)
            return;

        _bytes = ArrayPool<byte>.Shared.Rent(Math.Max(full.Length * 2, checked(_written + length)));
        full.AsSpan(0, _written).CopyTo(_bytes);
        ArrayPool<byte>.Shared.Return(full);
    }
}
