using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Journal.Limits;

/// <summary>How much may wait. What is more is refused before any of it is stored.</summary>
internal sealed class LimitOptions
{
    public const string Section = "Ingest";

    /// <summary>
    /// Changes that may be pending for one connection; 50 million by default, which at 54 bytes a change are about 3 GB of disk and at
    /// 10,000 members a second an hour and a half of delivery. More is answered with 429.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxPendingPerConnection { get; set; } = 50_000_000;

    /// <summary>
    /// Bytes of the database that the dropped changes of one project may take until their retention ends; 4 GB by default, some 40 million people
    /// without an e-mail. A request with dropped changes beyond it is answered with 429.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxDroppedBytes { get; set; } = 4L << 30;

    /// <summary>Changes that may be pending in all; 200 million by default, about 11 GB of disk. More is answered with 503.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPending { get; set; } = 200_000_000;
}
