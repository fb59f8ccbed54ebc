using System.Security.Cryptography;

namespace IterableForwarder.Ingress.Body;

/// <summary>Counts what is read, refuses more than the limit, and hashes it where the body has to be recognised again.</summary>
/// <param name="inner">The decompressed body.</param>
/// <param name="limit">Bytes at most; 0 for no limit.</param>
/// <param name="hash">Takes in what is read, for <see cref="TakeHash"/>; null where nobody will ask.</param>
internal sealed class MeteredStream(Stream inner, long limit, IncrementalHash? hash) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    /// <summary>The hash of what has been read; null when it was not asked for.</summary>
    public byte[]? TakeHash() => hash?.GetHashAndReset();

    /// <exception cref="BodyTooLargeException">The body is longer than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        if (limit > 0 && _read > limit) throw new BodyTooLargeException(limit);
        hash?.AppendData(buffer.Span[..count]);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash?.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A body is longer than the service takes.</summary>
internal sealed class BodyTooLargeException(long limit) : Exception($"The body is longer than {limit} bytes, counted after decompression.");
