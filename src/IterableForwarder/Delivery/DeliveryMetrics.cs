using System.Diagnostics.Metrics;
using Iterable.Client.Results;
using IterableForwarder.Changes;
using IterableForwarder.Telemetry;

namespace IterableForwarder.Delivery;

/// <summary>What delivery counts. No tag names a project, a connection or a person.</summary>
internal sealed class DeliveryMetrics(IMeterFactory meters)
{
    public const string MeterName = "IterableForwarder.Delivery";

    private static readonly double[] Seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>Up to six hours: an outage or a hold costs time, and that must be seen.</summary>
    private static readonly double[] LongSeconds = [.. Seconds, 120, 300, 600, 1800, 3600, 7200, 14400, 21600];

    private readonly ClosedCounter<(ChangeAction Action, CallResultKind Result)> _calls = new(
        Of(meters),
        ("forwarder.calls", "{call}", "Calls to Iterable, by action and result"),
        Enum.GetValues<ChangeAction>().SelectMany(_ => Enum.GetValues<CallResultKind>(), (action, result) => (action, result)),
        call => [new("action", call.Action.ToString()), new("result", call.Result.ToString())]);

    private readonly Histogram<double> _duration = Of(meters).CreateHistogram(
        "forwarder.call.duration", "s", "Time from sending a call to its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    private readonly Histogram<double> _latency = Of(meters).CreateHistogram(
        "forwarder.delivery.latency", "s", "Time from the acceptance of a batch to Iterable's answer about changes of it, by kind and attempt", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = LongSeconds });

    /// <summary>
    /// A call has delivered changes of a batch. They are one value, however many they are: a histogram takes them only one by one, which took as
    /// long as writing them.
    /// </summary>
    public void Delivered(ChangeKind kind, TimeSpan latency, bool isFirstAttempt) => _latency.Record(
        latency.TotalSeconds,
        new KeyValuePair<string, object?>("kind", kind.ToString()),
        new KeyValuePair<string, object?>("attempt", isFirstAttempt ? "first" : "retry"));

    public void Called(ChangeAction action, CallResultKind result, TimeSpan took)
    {
        _calls.Add((action, result));
        _duration.Record(took.TotalSeconds, new KeyValuePair<string, object?>("action", action.ToString()), new KeyValuePair<string, object?>("result", result.ToString()));
    }

    private static Meter Of(IMeterFactory meters) => meters.Create(MeterName);
}
