using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Ingress.Body;

/// <summary>The body of a request: decompressed, limited, and read in slices.</summary>
internal sealed class IncomingBody : IAsyncDisposable
{
    /// <summary>Large enough that few changes straddle two slices.</summary>
    public const int SliceBytes = 64 * 1024;

    /// <summary>
    /// Bytes. A body that says it is no longer is read where the server put it: to copy and count it takes as long as to read a message of
    /// one profile. In longer ones too many changes would straddle the server's blocks of 4 KB.
    /// </summary>
    private const int SmallBody = 16 * 1024;

    /// <summary>
    /// Bytes. A body that says it is no longer, and not that small, is gathered whole in one piece, as its values can then be read where they are.
    /// </summary>
    private const int MaxWholeBody = 256 * 1024;

    /// <summary>Null where the body is read where the server put it.</summary>
    private readonly MeteredStream? _stream;

    private readonly long _length;

    /// <summary>Bytes of a body that is gathered whole, else 0.</summary>
    private readonly int _whole;

    /// <summary>Without this, gzip that was cut off reads as a shorter body, and the members behind the cut would be lost in silence.</summary>
    static IncomingBody() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    private IncomingBody(MeteredStream stream, long? length)
    {
        (_stream, _whole) = (stream, length is > 0 and <= MaxWholeBody ? (int)length.Value : 0);
        // that it has ended shows only where there is room for another byte
        Reader = PipeReader.Create(stream, _whole > 0
            ? new StreamPipeReaderOptions(bufferSize: _whole + 1, minimumReadSize: 1)
            : new StreamPipeReaderOptions(bufferSize: SliceBytes, minimumReadSize: SliceBytes / 4));
    }

    private IncomingBody(HttpRequest request) => (Reader, _length) = (request.BodyReader, request.ContentLength ?? 0);

    public PipeReader Reader { get; }

    /// <summary>
    /// Bytes that have to be there before it is worth reading the first, unless it has ended. Of one that is gathered whole or is small, the end
    /// is waited for: nothing is made of a body that is held back.
    /// </summary>
    public long WorthReading => _whole > 0 ? long.MaxValue : _length;

    /// <summary>Bytes after decompression, once it has been read to its end.</summary>
    public long Length => _stream?.Position ?? _length;

    /// <summary>Counts what is made of it; null for a body that is small.</summary>
    public BodyShare? Share => _stream?.Share;

    /// <summary>
    /// Whether it is small and has arrived whole, or as far as it will: then it is looked into without waiting for anybody.
    /// </summary>
    public bool HasArrived
    {
        get
        {
            if (_stream is not null || !Reader.TryRead(out var read)) return false;
            Reader.AdvanceTo(read.Buffer.Start);
            return read.IsCompleted;
        }
    }

    /// <summary>Reads no more than so many bytes until <see cref="ReadOn"/>; of a small body all.</summary>
    public IncomingBody UpTo(int bytes)
    {
        if (_stream is not null) _stream.Ahead = bytes;
        return this;
    }

    /// <summary>Its sender is known: the rest is read as well.</summary>
    public void ReadOn()
    {
        if (_stream is not null) _stream.Ahead = null;
    }

    /// <summary>Whether the body is read where the server put it. It takes nothing of the memory of all: what the server holds of it, it holds anyway.</summary>
    public static bool IsSmall(HttpRequest request, long limit) =>
        EncodingOf(request) == BodyEncoding.None && request.ContentLength <= (limit > 0 ? Math.Min(limit, SmallBody) : SmallBody);

    /// <summary>How the body is compressed; null where that is not supported.</summary>
    public static BodyEncoding? EncodingOf(HttpRequest request)
    {
        // what nearly all send
        if (request.Headers.ContentEncoding.Count == 0) return BodyEncoding.None;
        return request.Headers[HeaderNames.ContentEncoding].ToString().Trim().ToLowerInvariant() switch
        {
            "" or "identity" => BodyEncoding.None,
            "gzip" or "x-gzip" => BodyEncoding.Gzip,
            _ => null,
        };
    }

    /// <summary>One that <see cref="IsSmall"/>.</summary>
    public static IncomingBody OfSmall(HttpRequest request) => new(request);

    /// <param name="request">What came.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="hash">Takes in the body as it is read, and goes with it; null for none.</param>
    /// <param name="share">Counts what is read.</param>
    public static IncomingBody Of(HttpRequest request, BodyLimits limits, IncrementalHash? hash, BodyShare share)
    {
        if (EncodingOf(request) == BodyEncoding.None)
            return new(new MeteredStream(request.Body, limits.Bytes) { Hash = hash, Share = share }, request.ContentLength);
        var compressed = new MeteredStream(request.Body, limit: 0);
        var unpacked = new GZipStream(compressed, CompressionMode.Decompress);
        return new(new MeteredStream(unpacked, limits.Bytes) { Hash = hash, Share = share, Ratio = (compressed, limits.Ratio) }, length: null);
    }

    /// <summary>The hash of the body (SHA-256 unless another was given), once it has been read to its end; null when it was not asked for.</summary>
    public byte[]? TakeHash() => _stream?.TakeHash();

    /// <summary>Reads what is left, for the hash.</summary>
    /// <exception cref="BodyTooLargeException">It is longer than the limit.</exception>
    public Task DrainAsync(CancellationToken cancellationToken) => _stream?.CopyToAsync(Stream.Null, cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_stream is null) return;
        await Reader.CompleteAsync();
        await _stream.DisposeAsync();
    }
}

/// <summary>How a body is compressed.</summary>
internal enum BodyEncoding
{
    None,
    Gzip,
}

/// <summary>What a body may be.</summary>
/// <param name="Bytes">After decompression; 0 for no limit.</param>
/// <param name="Ratio">How many times longer it may be after decompression.</param>
internal readonly record struct BodyLimits(long Bytes, int Ratio);
