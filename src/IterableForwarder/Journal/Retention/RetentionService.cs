using IterableForwarder.Journal.Entries;
using Microsoft.Extensions.Options;

namespace IterableForwarder.Journal.Retention;

/// <summary>Purges what has been kept long enough, for as long as the service runs.</summary>
internal sealed class RetentionService(
    IStoreUpkeep upkeep, JournalReadiness readiness, IOptions<StorageOptions> options, TimeProvider time, ILogger<RetentionService> log)
    : BackgroundService
{
    /// <summary>For as long a repetition is promised to be known, whatever the retention.</summary>
    private static readonly TimeSpan MinForAnswers = TimeSpan.FromDays(7);

    /// <summary>A quarter of a year: long enough to see that something is held again and again.</summary>
    private static readonly TimeSpan MinForHolds = TimeSpan.FromDays(90);

    /// <summary>Between two steps: whoever writes meanwhile goes first, and the disk has time for others.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        while (true)
        {
            await Task.Delay(options.Value.PurgeEvery, time, stoppingToken);
            try
            {
                await PurgeAsync(stoppingToken);
                await upkeep.TidyAsync();
            }
            catch (StorageUnavailableException e)
            {
                JournalLog.PurgeWaits(log, e.Message);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                JournalLog.PurgeFailed(log, e);
            }
        }
    }

    private async Task PurgeAsync(CancellationToken stoppingToken)
    {
        var sum = default(PurgeStep);
        await foreach (var step in upkeep.PurgeAsync(Bounds(), stoppingToken))
        {
            sum += step;
            await Task.Delay(Pause, time, stoppingToken);
        }
        if (sum != default) JournalLog.Purged(log, sum.Batches, sum.Bodies, sum.Keys, sum.Holds, sum.Messages);
    }

    private PurgeBounds Bounds()
    {
        var (now, retention) = (time.GetUtcNow(), options.Value.Retention);
        return new(now - retention, now - Longer(retention, MinForAnswers), now - Longer(retention, MinForHolds)) { Messages = now - MessageDeduplication.Window };
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
