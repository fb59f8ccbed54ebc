using System.Diagnostics.Metrics;
using Iterable.Client.Results;
using IterableForwarder.Changes;

namespace IterableForwarder.Telemetry;

/// <summary>What delivery counts. No tag names a project, a connection or a person.</summary>
internal sealed class DeliveryMetrics(IMeterFactory meters)
{
    public const string MeterName = "IterableForwarder.Delivery";

    private static readonly double[] Seconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private readonly Counter<long> _calls = Of(meters).CreateCounter<long>("forwarder.calls", "{call}", "Calls to Iterable, by action and result");
    private readonly Histogram<double> _duration = Of(meters).CreateHistogram(
        "forwarder.call.duration", "s", "Time from sending a call to its answer", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });
    private readonly Counter<long> _changes = Of(meters).CreateCounter<long>("forwarder.changes.settled", "{change}", "Changes settled, by outcome");

    private readonly Histogram<double> _latency = Of(meters).CreateHistogram(
        "forwarder.delivery.latency", "s", "Time from the acceptance of a change to Iterable's answer, by kind and attempt", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds });

    /// <summary>So many changes arrived together.</summary>
    public void Delivered(ChangeKind kind, TimeSpan latency, bool isFirstAttempt, int changes)
    {
        var (kindTag, attemptTag) = (new KeyValuePair<string, object?>("kind", kind.ToString()), new KeyValuePair<string, object?>("attempt", isFirstAttempt ? "first" : "retry"));
        for (var i = 0; i < changes; i++) _latency.Record(latency.TotalSeconds, kindTag, attemptTag);
    }

    public void Called(ChangeAction action, CallResultKind result, TimeSpan took, int delivered, int rejected, int superseded)
    {
        var (actionTag, resultTag) = (new KeyValuePair<string, object?>("action", action.ToString()), new KeyValuePair<string, object?>("result", result.ToString()));
        _calls.Add(1, actionTag, resultTag);
        _duration.Record(took.TotalSeconds, actionTag, resultTag);
        Settled(Outcome.Delivered, delivered);
        Settled(Outcome.Rejected, rejected);
        Settled(Outcome.Superseded, superseded);
    }

    private void Settled(Outcome outcome, int changes)
    {
        if (changes > 0) _changes.Add(changes, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
    }

    private static Meter Of(IMeterFactory meters) => meters.Create(MeterName);
}
