using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace IterableForwarder.Ingress.Body;

/// <summary>The body of a request: decompressed, limited, and read in slices.</summary>
internal sealed class IncomingBody : IAsyncDisposable
{
    /// <summary>Large enough that few changes straddle two slices.</summary>
    private const int SliceBytes = 64 * 1024;

    /// <summary>
    /// Bytes. A body that says it is no longer is read where the server put it: to copy and count it takes as long as to read a message of
    /// one profile. In longer ones too many changes would straddle the server's blocks of 4 KB.
    /// </summary>
    private const int SmallBody = 16 * 1024;

    /// <summary>
    /// Bytes. A body that says it is no longer, and not that small, is gathered whole in one piece, as its values can then be read where they are.
    /// </summary>
    private const int MaxWholeBody = 256 * 1024;

    /// <summary>Bytes of all bodies that are gathered whole at the same time: past these, further ones are read in slices.</summary>
    private const long MaxWholeBodies = 16 << 20;

    private static long _wholeBodies;

    /// <summary>Null where the body is read where the server put it.</summary>
    private readonly MeteredStream? _stream;

    private readonly long _length;

    /// <summary>What this body takes of <see cref="MaxWholeBodies"/>.</summary>
    private readonly int _whole;

    /// <summary>Without this, gzip that was cut off reads as a shorter body, and the members behind the cut would be lost in silence.</summary>
    static IncomingBody() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <param name="stream">The body.</param>
    /// <param name="whole">Its length where it is gathered whole, else 0.</param>
    private IncomingBody(MeteredStream stream, int whole)
    {
        (_stream, _whole) = (stream, whole);
        // that it has ended shows only where there is room for another byte
        Reader = PipeReader.Create(stream, whole > 0
            ? new StreamPipeReaderOptions(bufferSize: whole + 1, minimumReadSize: 1)
            : new StreamPipeReaderOptions(bufferSize: SliceBytes, minimumReadSize: SliceBytes / 4));
    }

    private IncomingBody(HttpRequest request) => (Reader, _length) = (request.BodyReader, request.ContentLength ?? 0);

    public PipeReader Reader { get; }

    /// <summary>Bytes that have to be there before it is worth reading the first, unless it has ended: of one that is gathered whole, the end is waited for.</summary>
    public long WorthReading => _whole > 0 ? long.MaxValue : 0;

    /// <summary>Bytes after decompression, once it has been read to its end.</summary>
    public long Length => _stream?.Position ?? _length;

    /// <summary>Whether the request says itself that its body is longer than the limit: then it is not read.</summary>
    /// <param name="request">What came.</param>
    /// <param name="limit">Bytes at most; 0 for no limit.</param>
    public static bool IsTooLarge(HttpRequest request, long limit) =>
        limit > 0 && request.ContentLength > limit && StringValues.IsNullOrEmpty(request.Headers.ContentEncoding);

    /// <summary>Null when its Content-Encoding is none that is understood.</summary>
    public static IncomingBody? Open(HttpRequest request, long limit, bool isHashed) =>
        Open(request, limit, isHashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null);

    /// <summary>Null when its Content-Encoding is none that is understood.</summary>
    /// <param name="request">What came.</param>
    /// <param name="limit">Bytes at most; 0 for no limit.</param>
    /// <param name="hash">Takes in the body as it is read, and goes with it; null for none.</param>
    public static IncomingBody? Open(HttpRequest request, long limit, IncrementalHash? hash)
    {
        var encoding = request.Headers[HeaderNames.ContentEncoding].ToString().Trim().ToLowerInvariant();
        return encoding switch
        {
            "" or "identity" when hash is null && request.ContentLength <= (limit > 0 ? Math.Min(limit, SmallBody) : SmallBody) => new(request),
            "" or "identity" => new(new MeteredStream(request.Body, limit, hash), TakeWhole(request.ContentLength)),
            "gzip" or "x-gzip" => new(new MeteredStream(new GZipStream(request.Body, CompressionMode.Decompress), limit, hash), whole: 0),
            _ => null,
        };
    }

    /// <summary>The length if a body of that length may be gathered whole, else 0.</summary>
    private static int TakeWhole(long? length)
    {
        if (length is not (> 0 and <= MaxWholeBody)) return 0;
        if (Interlocked.Add(ref _wholeBodies, length.Value) <= MaxWholeBodies) return (int)length.Value;
        Interlocked.Add(ref _wholeBodies, -length.Value);
        return 0;
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
        Interlocked.Add(ref _wholeBodies, -_whole);
    }
}
