using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Ingress;

/// <summary>How much one request may bring.</summary>
internal sealed class IngestOptions
{
    public const string Section = "Ingest";

    /// <summary>Bytes of a JSON body, counted after decompression; more is 413.</summary>
    [Range(1024, int.MaxValue)]
    public long MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>Bytes of an NDJSON body, counted after decompression; 0 for no limit, as such a body is stored chunk by chunk.</summary>
    [Range(0, long.MaxValue)]
    public long MaxNdjsonBytes { get; set; }
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
