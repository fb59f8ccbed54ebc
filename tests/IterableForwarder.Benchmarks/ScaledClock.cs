using System.Globalization;
using IterableForwarder.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Benchmarks;

/// <summary>A clock that runs so many times faster than the one on the wall, timers included: an hour's outage fits into a minute.</summary>
internal sealed class ScaledClock(int scale) : TimeProvider
{
    /// <summary>How this program is told to run the service by such a clock.</summary>
    public const string HostCommand = "service-by-scaled-clock";

    private readonly DateTimeOffset _startTime = System.GetUtcNow();
    private readonly long _start = System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _startTime + (System.GetElapsedTime(_start) * scale);

    public override long GetTimestamp() => (System.GetTimestamp() - _start) * scale;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(System.CreateTimer(callback, state, Scaled(dueTime, scale), Scaled(period, scale)), scale);

    /// <summary>The service as it is, but for its clock.</summary>
    public static async Task HostAsync(string scale)
    {
        var clock = new ScaledClock(int.Parse(scale, CultureInfo.InvariantCulture));
        await using var app = ForwarderHost.Create([], builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await app.RunAsync();
    }

    /// <summary>Rounded up: a timer that is early would be asked for again at once.</summary>
    private static TimeSpan Scaled(TimeSpan time, int scale) =>
        time <= TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(Math.Ceiling(time.TotalMilliseconds / scale));

    private sealed class ScaledTimer(ITimer timer, int scale) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Scaled(dueTime, scale), Scaled(period, scale));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
