using System.Security.Cryptography;

namespace IterableForwarder.Ingress.Body;

/// <summary>Counts what is read, refuses more than the limits, and hashes it where the body has to be recognised again.</summary>
/// <param name="inner">The decompressed body.</param>
/// <param name="limit">Bytes at most; 0 for no limit.</param>
internal sealed class MeteredStream(Stream inner, long limit) : Stream
{
    /// <summary>Bytes up to which a body may be compressed as well as it likes.</summary>
    private const long FreeOfRatio = 1 << 20;

    private long _read;

    /// <summary>Takes in what is read, for <see cref="TakeHash"/>; null where nobody will ask.</summary>
    public IncrementalHash? Hash { get; init; }

    /// <summary>The compressed body, and how many times longer than that this may be; null for a body that is not compressed.</summary>
    public (MeteredStream Compressed, int MaxRatio)? Ratio { get; init; }

    /// <summary>Grows with what is read; null where nobody counts.</summary>
    public BodyShare? Share { get; init; }

    /// <summary>Bytes that are read for the time being; whoever has them must not ask for more. Null for all.</summary>
    public long? Ahead { get; set; }

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
    public byte[]? TakeHash() => Hash?.GetHashAndReset();

    /// <exception cref="BodyTooLargeException">The body is longer than the limit, or compressed too well.</exception>
    /// <exception cref="Journal.Limits.CapacityExceededException">All bodies together take too much memory.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Ahead is { } ahead && ahead - _read < buffer.Length) buffer = buffer[..(int)(ahead - _read)];
        var count = await inner.ReadAsync(buffer, cancellationToken);
        _read += count;
        if (limit > 0 && _read > limit) throw BodyTooLargeException.OfLength(limit);
        if (Ratio is { } ratio && _read > FreeOfRatio && _read > ratio.Compressed.Position * ratio.MaxRatio) throw BodyTooLargeException.OfRatio(ratio.MaxRatio);
        if (Share is not null) await Share.ReadAsync(_read, cancellationToken);
        Hash?.AppendData(buffer.Span[..count]);
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
            Hash?.Dispose();
            inner.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A body is more than the service takes; the message is a sentence for its sender.</summary>
internal sealed class BodyTooLargeException(string why) : Exception(why)
{
    public static BodyTooLargeException OfLength(long limit) => new($"The body is longer than {limit} bytes, counted after decompression.");

    public static BodyTooLargeException OfRatio(int ratio) =>
        new($"The body is more than {ratio} times longer than it was when compressed (Ingest:MaxRatio). Nothing was accepted. Send it with less compression, or in parts of at most 1 MB.");
}
