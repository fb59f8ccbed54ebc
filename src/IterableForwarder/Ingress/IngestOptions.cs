using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Ingress;

/// <summary>How much one request may bring.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Bytes of a JSON body, counted after decompression; more is 413.</summary>
    [Range(1024, int.MaxValue)]
    public long MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>Bytes of an NDJSON body, counted after decompression; more is 413. 0 for no limit, as such a body is stored chunk by chunk.</summary>
    [Range(0, long.MaxValue)]
    public long MaxNdjsonBytes { get; set; } = 4L << 30;

    /// <summary>How many times longer than its compressed form a body may be, above 1 MB; more is 413. Members compress to a tenth, seldom to a thirtieth.</summary>
    [Range(1, int.MaxValue)]
    public int MaxRatio { get; set; } = 100;

    /// <summary>
    /// Bytes that the bodies of all requests may take in memory at the same time; 256 MB by default, which is eight bodies of the default limit. Who
    /// finds no room waits a second, then gets 503.
    /// </summary>
    [Range(1024, long.MaxValue)]
    public long MaxBodyMemory { get; set; } = 256 << 20;

    /// <summary>Changes (audiences times profiles) that one request of a source may bring; more is 413. Sources send some thousands at most.</summary>
    [Range(1, int.MaxValue)]
    public int MaxChangesPerMessage { get; set; } = 100_000;

    /// <summary>Different lists that one request may name for one audience. The changes for others are kept as dropped, <c>tooManyLists</c>.</summary>
    [Range(1, int.MaxValue)]
    public int MaxListsPerMessage { get; set; } = 100;

    /// <summary>
    /// Audiences that a source may create within 24 hours in one project. The changes of others are kept as dropped, <c>tooManyAudiences</c>; 0 to
    /// create none.
    /// </summary>
    [Range(0, int.MaxValue)]
    public int MaxNewAudiences { get; set; } = 1000;

    /// <summary>Changes of a preview; more is 413. They take some 30 ms of CPU.</summary>
    [Range(1, int.MaxValue)]
    public int MaxPreviewChanges { get; set; } = 10_000;
}

/// <summary>What no single value may exceed; past these a request is refused with the path to it.</summary>
internal static class ValueLimits
{
    /// <summary>Bytes of an e-mail, customer id or MPID. Iterable takes 52 characters of user id, and addresses end at 254.</summary>
    public const int Identifier = 1000;

    /// <summary>Bytes of one change with its attributes: a call carries 4 MB for a thousand.</summary>
    public const int Change = 256 * 1024;

    /// <summary>Characters of an Idempotency-Key.</summary>
    public const int IdempotencyKey = 255;
}
