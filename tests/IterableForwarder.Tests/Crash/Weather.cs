using Iterable.Sandbox.Faults;
using Iterable.Sandbox.State;

namespace IterableForwarder.Tests.Crash;

/// <summary>What goes wrong on Iterable's side meanwhile: every few calls one of them meets a fault.</summary>
internal static class Weather
{
    /// <summary>The longest that a call is late; shorter than the client waits, as every call has landed by then.</summary>
    private const int MaxDelayMilliseconds = 800;

    public static async Task RunAsync(SandboxState sandbox, Random random, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await sandbox.WaitForCallsAsync(sandbox.CallsReceived() + random.Next(2, 12), null, stop);
                sandbox.AddFault(Any(random) with { Path = "/api/lists/*", Times = 1 });
            }
        }
        catch (OperationCanceledException)
        {
            sandbox.RemoveFaults();
        }
    }

    private static Fault Any(Random random) => random.Next(20) switch
    {
        0 => new() { Kind = FaultKind.Hang },
        1 => new() { Kind = FaultKind.Status, Status = 429, RetryAfterSeconds = 1 },
        2 or 3 => new() { Kind = FaultKind.Status, Status = 500 },
        4 or 5 => new() { Kind = FaultKind.Status, Status = 503 },
        6 or 7 => new() { Kind = FaultKind.Reset },
        8 or 9 => new() { Kind = FaultKind.Truncated },
        10 => new() { Kind = FaultKind.Html },
        11 => new() { Kind = FaultKind.Empty },
        12 or 13 or 14 => new() { Kind = FaultKind.AppliedThenLost },
        _ => new() { Kind = FaultKind.Delay, DelayMilliseconds = random.Next(20, MaxDelayMilliseconds) },
    };
}
