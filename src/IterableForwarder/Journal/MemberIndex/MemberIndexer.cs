namespace IterableForwarder.Journal.MemberIndex;

/// <summary>
/// Keeps the index of members up with the journal, behind everybody's back. What it has not come to is found too, by reading it, so
/// that nothing depends on how far it is.
/// </summary>
internal sealed class MemberIndexer(
    IndexedMembers index, JournalReadiness readiness, TimeProvider time, ILogger<MemberIndexer> log) : BackgroundService
{
    /// <summary>What came in this time is read by every search: at 5000 entries a second, some 10 ms.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RemovalInterval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await readiness.WaitAsync(stoppingToken);
        var (failed, removed) = (false, time.GetTimestamp());
        while (true)
        {
            try
            {
                while (await index.ReadOnAsync(stoppingToken))
                {
                    stoppingToken.ThrowIfCancellationRequested();
                    await index.WriteSegmentAsync();
                }
                if (time.GetElapsedTime(removed) >= RemovalInterval)
                {
                    await index.RemoveEmptyAsync(stoppingToken);
                    removed = time.GetTimestamp();
                }
                failed = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // said once, and tried again: searches take longer meanwhile
                if (!failed) MemberIndexLog.Behind(log, e.Message);
                failed = true;
            }
            await Task.Delay(Interval, time, stoppingToken);
        }
    }
}
