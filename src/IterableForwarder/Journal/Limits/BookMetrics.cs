using System.Diagnostics.Metrics;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Journal.Limits;

/// <summary>
/// The books as metrics: what was accepted, what was settled, and what is pending. In every collection
/// <c>accepted − settled = pending − pending at start</c>, summed over the labels.
/// </summary>
/// <remarks>
/// A collection asks one instrument after the other, on one thread, while the books go on changing. So all of them read the same page: a
/// new one is only opened by an instrument that has read the present page already, which is the beginning of the next collection.
/// </remarks>
internal sealed class BookMetrics : IDisposable
{
    private readonly PendingCounts _counts;
    private readonly ThreadLocal<Page> _page = new(() => new Page());
    private int _instruments;

    public BookMetrics(IMeterFactory meters, PendingCounts counts)
    {
        _counts = counts;
        var meter = meters.Create(IngressMeter.Name);
        Count(meter, "forwarder.batches.accepted", "{batch}", "Batches accepted since the start, by source; of a replay, by that", books => PerBringer(books.Batches));
        Count(meter, "forwarder.changes.accepted", "{change}", "Changes accepted since the start, by source; those of a replay as that", books => PerBringer(books.Accepted));
        Count(meter, "forwarder.changes.settled", "{change}", "Changes settled since the start, by outcome and reason; those that our rules dropped among them", PerEnding);
        var pending = NextInstrument();
        meter.CreateObservableGauge("forwarder.changes.pending", () => Read(pending).Pending, "{change}", "Changes accepted and not settled yet, in all");
        var atStart = NextInstrument();
        meter.CreateObservableGauge("forwarder.changes.pending.at_start", () => Read(atStart).PendingAtStart, "{change}", "Changes that were pending when the service started");
        var last = NextInstrument();
        meter.CreateObservableGauge("forwarder.source.last_accepted.timestamp", () => LastAccepted(Read(last)), "s", "When a source last brought a batch, as Unix time; a source that never did has none");
    }

    public void Dispose() => _page.Dispose();

    private void Count(Meter meter, string name, string unit, string description, Func<BookState, IEnumerable<Measurement<long>>> series)
    {
        var instrument = NextInstrument();
        meter.CreateObservableCounter(name, () => series(Read(instrument)), unit, description);
    }

    private int NextInstrument() => 1 << _instruments++;

    private BookState Read(int instrument)
    {
        var page = _page.Value!;
        if (page.Books is null || (page.ReadBy & instrument) != 0) (page.Books, page.ReadBy) = (_counts.ReadBooks(), 0);
        page.ReadBy |= instrument;
        return page.Books;
    }

    private static IEnumerable<Measurement<long>> PerBringer(IReadOnlyDictionary<Bringer, long> counts) =>
        counts.Select(c => new Measurement<long>(c.Value, new KeyValuePair<string, object?>("source", c.Key.Word)));

    private static IEnumerable<Measurement<long>> PerEnding(BookState books) => books.Settled.Select(s => new Measurement<long>(
        s.Value, new KeyValuePair<string, object?>("outcome", s.Key.Outcome.ToString()), new KeyValuePair<string, object?>("reason", s.Key.Reason)));

    private static IEnumerable<Measurement<double>> LastAccepted(BookState books) => books.LastAccepted.Select(l => new Measurement<double>(
        l.Value.ToUnixTimeMilliseconds() / 1000.0, new KeyValuePair<string, object?>("source", SettingsWords.Sources[l.Key])));

    /// <summary>What the instruments read in one collection, and which have read it.</summary>
    private sealed class Page
    {
        public BookState? Books { get; set; }

        public int ReadBy { get; set; }
    }
}
