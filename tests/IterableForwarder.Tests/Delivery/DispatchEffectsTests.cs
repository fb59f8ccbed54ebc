using System.Runtime.CompilerServices;
using IterableForwarder.Delivery.Dispatch;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

public sealed class DispatchEffectsTests
{
    /// <summary>A loaded slice is megabytes, and hundreds of loads are remembered until somebody looks.</summary>
    [Fact]
    public async Task A_result_does_not_keep_its_work_in_memory()
    {
        var effects = new DispatchEffects(_ => { });

        var result = Start(effects);
        await effects.WhenAll();

        // whoever completed the work may still have the result on its stack
        await Eventually.TrueAsync(() =>
        {
            GC.Collect();
            return !result.IsAlive;
        });
        GC.KeepAlive(effects);
    }

    /// <summary>By itself, so that nothing of the test refers to the result.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Start(DispatchEffects effects)
    {
        var message = new DispatchMessage.BacklogFound(default);
        effects.Start(() => Task.FromResult<DispatchMessage>(message));
        return new WeakReference(message);
    }
}
