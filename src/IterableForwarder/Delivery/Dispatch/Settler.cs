using System.Threading.Channels;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;

namespace IterableForwarder.Delivery.Dispatch;

/// <summary>What has become of some members, to be written down.</summary>
/// <param name="Settlements">One for each entry touched.</param>
/// <param name="Written">Called once it is on disk.</param>
internal sealed record SettleWork(IReadOnlyList<EntrySettlement> Settlements, Action Written);

/// <summary>
/// Writes settlements of one project in the order they came, as many as wait in one commit, and goes on trying while the store
/// fails: what is known must not be lost, and an older state of an entry must not be written over a newer one.
/// </summary>
internal sealed class Settler(IEntryJournal journal, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private const int MaxPerWrite = 64;

    private readonly Channel<SettleWork> _work = Channel.CreateUnbounded<SettleWork>(new() { SingleReader = true });

    public void Enqueue(SettleWork work) => _work.Writer.TryWrite(work);

    /// <summary>No more will come.</summary>
    public void Complete() => _work.Writer.TryComplete();

    /// <summary>Runs until <see cref="Complete"/> and all is written, or until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var taken = new List<SettleWork>();
        while (await _work.Reader.WaitToReadAsync(cancellationToken))
        {
            while (taken.Count < MaxPerWrite && _work.Reader.TryRead(out var work)) taken.Add(work);
            await WriteAsync([.. taken.SelectMany(w => w.Settlements)], cancellationToken);
            foreach (var work in taken) work.Written();
            taken.Clear();
        }
    }

    private async Task WriteAsync(IReadOnlyList<EntrySettlement> settlements, CancellationToken cancellationToken)
    {
        while (settlements.Count > 0)
        {
            try
            {
                await journal.SettleAsync(settlements);
                return;
            }
            catch (StorageUnavailableException e)
            {
                DeliveryLog.SettlingFailed(log, e.Message);
                await Task.Delay(RetryAfter, time, cancellationToken);
            }
        }
    }
}
