using System.Security.Cryptography;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Ingress.Members;

/// <summary>A body of changes, as it was read.</summary>
/// <param name="Chunks">All changes.</param>
/// <param name="Hash">SHA-256 of the body; null where it was not asked for.</param>
internal sealed record MembersBody(IReadOnlyList<Chunk> Chunks, byte[]? Hash)
{
    /// <summary>Takes memory for the response; null for one that is short.</summary>
    public BodyShare? Response { get; init; }
}

/// <summary>Changes of members, as JSON or as NDJSON.</summary>
internal sealed class MembersFormat : ChangesFormat<MembersBody>
{
    /// <summary>Bytes of lines that are in memory beside their chunk: a few slices, one of which has the longest line.</summary>
    private const long StreamedBytes = 1 << 20;

    private readonly BodyForm _form;

    public MembersFormat(HttpContext context, ChunkStore chunks, DateTimeOffset receivedAt)
        : base(chunks, receivedAt)
    {
        _form = MediaTypes.FormOf(context.Request);
        var first = new ChunkBuilder(receivedAt);
        Changes = _form == BodyForm.Ndjson ? new LinesParser(first, Errors) : new MembersParser(first, Errors);
    }

    /// <summary>Whether a repetition of the body has to be recognized.</summary>
    public bool IsHashed { get; init; }

    /// <summary>Whether the changes leave the memory while they are read, so that an NDJSON body may be of any length.</summary>
    public bool IsStored { get; init; }

    /// <summary>Takes memory for the response; null for one that is short.</summary>
    public BodyShare? Response { get; init; }

    public override string What => "changes";

    public override string MediaTypesTaken => $"{MediaTypes.Json} or {MediaTypes.Ndjson}";

    protected override IChangesParser Changes { get; }

    public override bool Takes(BodyForm form) => form != BodyForm.Unsupported;

    public override long MaxBytes(IngestOptions options) => _form == BodyForm.Ndjson && IsStored ? options.MaxNdjsonBytes : options.MaxBodyBytes;

    public override long MaxBytesInMemory => _form == BodyForm.Ndjson && IsStored ? StreamedBytes : long.MaxValue;

    public override IncrementalHash? CreateHash() => IsHashed ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    public override MembersBody ToMessage(IncomingBody body) => new(Finish(), body.TakeHash()) { Response = Response };
}
