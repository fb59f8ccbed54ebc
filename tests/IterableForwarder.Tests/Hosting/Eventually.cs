namespace IterableForwarder.Tests.Hosting;

/// <summary>
/// Waits for what happens beside the test: asks again and again, and fails with the last answer when it never comes. The one place
/// where tests wait; nothing may depend on how long it takes.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <param name="get">Asks.</param>
    /// <param name="isAsWanted">Ends it.</param>
    /// <param name="patience">How long to ask.</param>
    /// <param name="after">What was done before, for the message; null where the test says it.</param>
    public static async Task<T> GetAsync<T>(Func<Task<T>> get, Func<T, bool> isAsWanted, TimeSpan patience, string? after = null)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        while (true)
        {
            var value = await get();
            if (isAsWanted(value)) return value;
            Assert.True(time.GetElapsedTime(start) < patience, $"It did not come within {patience}; the last answer was {value}{(after is null ? "" : $" after {after}")}");
            await Task.Delay(Interval, time, CancellationToken.None);
        }
    }

    public static Task TrueAsync(Func<bool> condition) =>
        GetAsync(() => Task.FromResult(condition()), held => held, TimeSpan.FromSeconds(30));
}
