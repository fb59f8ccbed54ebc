using IterableForwarder.Journal.Limits;

namespace IterableForwarder.Ingress.Body;

/// <summary>
/// Reads the heads of bodies whose senders are not known yet, as the key, or what needs none, is in the body: little of each, for a short time, and
/// few at once.
/// </summary>
internal sealed class UnknownCallers(LimitMetrics metrics, TimeProvider time) : IDisposable
{
    /// <summary>Bytes that are read of a body before its sender is known: a registration is a few hundred, and SDKs write their key first.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Bodies that are read at the same time: with the reader's own buffers some 8 MB.</summary>
    private const int MaxAtOnce = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _places = new(MaxAtOnce);

    /// <summary>What the head says; null where it does not arrive in time.</summary>
    /// <param name="readAsync">Reads at most <see cref="MaxBytes"/>.</param>
    /// <param name="cancellationToken">Cancelled when the caller goes away.</param>
    /// <exception cref="CapacityExceededException">Too many others are being read.</exception>
    public async Task<T?> ReadAsync<T>(Func<CancellationToken, Task<T?>> readAsync, CancellationToken cancellationToken)
        where T : class
    {
        await EnterAsync(cancellationToken);
        try
        {
            using var timer = new CancellationTokenSource(MaxTime, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
            return await readAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (_places.Wait(TimeSpan.Zero, CancellationToken.None)) return;
        using var timer = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await _places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            metrics.Refused(CapacityKind.Memory);
            throw new CapacityExceededException(new(
                CapacityKind.Memory,
                $"{MaxAtOnce} other requests without a key in the Authorization header are being read. Nothing was accepted. With 'Authorization: Bearer <key>' this limit does not apply."));
        }
    }
}
