using System.Security.Cryptography;

namespace IterableForwarder.Ingress.Body;

/// <summary>Counts what is read, refuses more than the limit, and hashes it where the body has to be recognised again.</summary>
/// <param name="inner">The decompressed body.</param>
/// <param name="limit">Bytes at most; 0 for no limit.</param>
/// <param name="isHashed">Whether <see cref="TakeHash"/> will be asked for.</param>
internal sealed class MeteredStream(Stream inner, long limit, bool isHashed) : Stream
{
    private readonly IncrementalHash? _hash = isHashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
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

    /// <summary>SHA-256 of what has been read; null when it was not asked for.</summary>
    public byte[]? TakeHash() => _hash?.GetHashAndReset();

    /// <exception cref="BodyTooLargeException">The body is longer than the limit.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        if (limit > 0 && _read > limit) throw new BodyTooLargeException(limit);
        _hash?.AppendData(buffer.Span[..count]);
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
            _hash?.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A body is longer than the service takes.</summary>
internal sealed class BodyTooLargeException(long limit) : Exception($"The body is longer than {limit} bytes, counted after decompression.");
