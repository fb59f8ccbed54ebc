namespace IterableForwarder.Delivery;

/// <summary>How well delivery has gone for one feed, or for those of a stream, lately, as far as this process has seen it.</summary>
internal sealed record DeliveryFigures
{
    /// <summary>How far back they reach.</summary>
    public required TimeSpan Over { get; init; }

    public required long Delivered { get; init; }

    /// <summary>Dropped or rejected.</summary>
    public required long NotDelivered { get; init; }

    /// <summary>Of all that came to an end.</summary>
    public double? DeliveredShare => Delivered + NotDelivered > 0 ? (double)Delivered / (Delivered + NotDelivered) : null;

    /// <summary>From acceptance to Iterable's answer, for half of those delivered; null when there were none.</summary>
    public required TimeSpan? MedianLatency { get; init; }

    /// <summary>The same for 95 of 100.</summary>
    public required TimeSpan? HighLatency { get; init; }

    public required long OnFirstAttempt { get; init; }

    public required long AfterRetry { get; init; }

    /// <summary>Those not delivered, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Discarded { get; init; }
}
