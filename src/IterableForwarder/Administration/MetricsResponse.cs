using IterableForwarder.Delivery;

namespace IterableForwarder.Administration;

/// <summary>Delivery figures of this process for the last hour; a restart resets them.</summary>
internal sealed record MetricsResponse
{
    /// <summary>The time that the figures cover.</summary>
    public required double OverSeconds { get; init; }

    public required long Delivered { get; init; }

    /// <summary>Dropped by the service or rejected by Iterable.</summary>
    public required long NotDelivered { get; init; }

    /// <summary>Share of delivered changes among the settled ones: 0 to 1; null when none was settled.</summary>
    public required double? DeliveredShare { get; init; }

    /// <summary>Seconds from acceptance to Iterable's answer, for half of those delivered; at most a quarter too high.</summary>
    public required double? LatencyP50Seconds { get; init; }

    /// <summary>The same for 95 of 100.</summary>
    public required double? LatencyP95Seconds { get; init; }

    public required long OnFirstAttempt { get; init; }

    public required long AfterRetry { get; init; }

    /// <summary>Those not delivered, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Discarded { get; init; }

    public static MetricsResponse Of(DeliveryFigures figures) => new()
    {
        OverSeconds = figures.Over.TotalSeconds,
        Delivered = figures.Delivered,
        NotDelivered = figures.NotDelivered,
        DeliveredShare = figures.DeliveredShare,
        LatencyP50Seconds = figures.MedianLatency?.TotalSeconds,
        LatencyP95Seconds = figures.HighLatency?.TotalSeconds,
        OnFirstAttempt = figures.OnFirstAttempt,
        AfterRetry = figures.AfterRetry,
        Discarded = figures.Discarded,
    };
}
