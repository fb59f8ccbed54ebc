namespace IterableForwarder.Administration;

internal static class Clock
{
    /// <summary>Now, as exact as the store keeps it: what is answered before a restart is answered after it.</summary>
    public static DateTimeOffset GetStoredNow(this TimeProvider time) => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
