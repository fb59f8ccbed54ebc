using System.ComponentModel.DataAnnotations;

namespace IterableForwarder.Delivery;

/// <summary>How delivery works. The defaults suit one machine and Iterable's published limits.</summary>
internal sealed class DeliveryOptions
{
    public const string Section = "Delivery";

    /// <summary>
    /// How long a connection that has just sent gathers small changes before it sends again, unless a whole call is full before.
    /// Longer means fewer calls and later members.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan GatherTime { get; set; } = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Pending changes of one connection that are looked at together where something kept them waiting: an outage, a pause, a hold, a start. A
    /// member who changed a hundred times within that many is sent once. 250,000 changes of 60 bytes and their nodes take about 60 MB. What
    /// flows looks less far ahead.
    /// </summary>
    [Range(1000, 10_000_000)]
    public int Window { get; set; } = 250_000;

    /// <summary>
    /// Bytes that the window of one connection may take, the planner's own among them: the window is cut short where changes are long.
    /// 128 MB hold 250,000 changes of 340 bytes each.
    /// </summary>
    [Range(1_000_000, long.MaxValue)]
    public long WindowBytes { get; set; } = 128_000_000;

    /// <summary>
    /// Bytes that the windows of all connections may take together. Past it each takes up no more than one call's worth at a time, and
    /// past twice as much they wait for one another.
    /// </summary>
    [Range(1_000_000, long.MaxValue)]
    public long MaxLoadedBytes { get; set; } = 256_000_000;

    /// <summary>
    /// Calls of one project that may be in flight at once. A connection may have half of what the others leave, and always one: of
    /// 128, 64 for one alone, at 10 calls a second enough for answers that take six seconds.
    /// </summary>
    [Range(1, 1000)]
    public int MaxCallsInFlight { get; set; } = 128;

    /// <summary>The first wait after a call came to nothing; it doubles, with full jitter.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MinBackOff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait after a call came to nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The longest wait that Iterable may ask for by <c>Retry-After</c> or <c>rateLimitReset</c>. After it one call is tried, so that a
    /// number that was meant otherwise does not stop a project for a day.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan MaxRetryAfter { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How often something that is held tries a single call, to see whether it works again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan ProbeEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long Iterable may not know a list that the service has just created.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan NewListGrace { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long calls in flight may still take when the service stops; those left are sent again after the next start.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(5);
}
