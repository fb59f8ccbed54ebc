using System.Diagnostics;
using Microsoft.Extensions.Options;

namespace IterableForwarder.CrashHost;

/// <summary>Ends the process at the step asked for, as a kill from outside would: nothing gets to run after it.</summary>
internal sealed class Crash
{
    private readonly string _step = "";
    private readonly int _time;
    private int _passed;

    public Crash(IOptions<CrashOptions> options)
    {
        if (options.Value.At.Length == 0) return;
        var at = options.Value.At.Split(':');
        // a misspelt step would only ever be killed from outside, and nobody would know
        if (at.Length != 2 || !Step.All.Contains(at[0])) throw new ArgumentException($"{options.Value.At} is no step");
        (_step, _time) = (at[0], int.Parse(at[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public void Pass(string step)
    {
        if (step != _step || Interlocked.Increment(ref _passed) != _time) return;
        // SIGKILL
        using var self = Process.GetCurrentProcess();
        self.Kill();
        using var never = new ManualResetEventSlim();
        never.Wait();
    }
}
