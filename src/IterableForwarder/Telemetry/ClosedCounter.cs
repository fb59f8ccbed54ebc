using System.Diagnostics.Metrics;

namespace IterableForwarder.Telemetry;

/// <summary>
/// A counter whose labels have a closed set of values: every series is exported from the start, with 0, so that the first event is an
/// increase and no series appears out of nowhere. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">What tells the series apart.</typeparam>
internal sealed class ClosedCounter<TKey>
    where TKey : notnull
{
    private readonly Dictionary<TKey, Series> _series;

    /// <param name="meter">Where it is exported.</param>
    /// <param name="name">With its unit and description, as for any counter.</param>
    /// <param name="keys">All there are.</param>
    /// <param name="tags">The labels of a series.</param>
    public ClosedCounter(Meter meter, (string Name, string Unit, string Description) name, IEnumerable<TKey> keys, Func<TKey, KeyValuePair<string, object?>[]> tags)
    {
        _series = keys.ToDictionary(key => key, key => new Series(tags(key)));
        meter.CreateObservableCounter(name.Name, () => _series.Values.Select(s => new Measurement<long>(Interlocked.Read(ref s.Count), s.Tags)), name.Unit, name.Description);
    }

    public void Add(TKey key, long count = 1) => Interlocked.Add(ref _series[key].Count, count);

    private sealed class Series(KeyValuePair<string, object?>[] tags)
    {
        public long Count;

        public KeyValuePair<string, object?>[] Tags => tags;
    }
}
