using System.Diagnostics;

namespace IterableForwarder.Tests.Crash;

/// <summary>What the kernel does to some system calls of the service on its files. strace does it (https://man7.org/linux/man-pages/man1/strace.1.html), from outside.</summary>
/// <param name="Calls">System calls, separated by commas.</param>
/// <param name="Action">In strace's words: <c>error=EIO</c> refuses the call, <c>signal=KILL</c> ends the process at it.</param>
/// <param name="When">By number, in strace's words: <c>7</c> the seventh of each thread, <c>7+3</c> each third from the seventh on.</param>
internal sealed record KernelFault(string Calls, string Action, string When) : IDisposable
{
    private const string Kill = "signal=KILL";

    /// <summary>Where strace writes the calls. Not in the data folder.</summary>
    private readonly string _log = Path.Combine(Path.GetTempPath(), $"forwarder-strace-{Guid.NewGuid():N}");

    /// <summary>Refuses calls with an error.</summary>
    public static KernelFault Refuse(string calls, string error, int first, int every) => new(calls, $"error={error}", $"{first}+{every}");

    /// <summary>Refuses the first call of each thread on one file.</summary>
    public static KernelFault RefuseFirst(string file, string call, string error) => new(call, $"error={error}", "1") { Files = [file] };

    /// <summary>Ends the process at a call, before it is done.</summary>
    public static KernelFault KillAt(string calls, int number) => new(calls, Kill, $"{number}");

    /// <summary>Ends the process at a call on whatever file, before it is done.</summary>
    public static KernelFault KillAtAnyFile(string calls, int number) => KillAt(calls, number) with { Files = [] };

    /// <summary>Skips the test where strace is missing or may not trace.</summary>
    public static void Require()
    {
        try
        {
            using var trial = Process.Start(new ProcessStartInfo("strace", ["-qq", "-o", "/dev/null", "-e", "inject=write:error=EIO:when=65535", "true"]) { RedirectStandardError = true })!;
            trial.WaitForExit();
            Skip.If(trial.ExitCode != 0, $"strace may not trace here: {trial.StandardError.ReadToEnd()}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            Skip.If(true, $"strace is not installed: {e.Message}");
        }
    }

    /// <summary>The command that runs another one under it.</summary>
    /// <param name="folder">The data folder, whose files it concerns.</param>
    public string[] CommandFor(string folder)
    {
        // -D: the process that is started is the service itself. A signal is delivered only where every call is stopped at,
        // and an error also where the kernel filters them, which is many times quicker
        string[] filter = Action == Kill ? [] : ["--seccomp-bpf"];
        var files = Files.SelectMany(file => new[] { "-P", Path.Combine(folder, file) });
        return ["strace", "-D", "-f", "-qq", "-o", _log, .. filter, .. files, "-e", "signal=none", "-e", $"trace={Calls}", "-e", $"inject={Calls}:{Action}:when={When}"];
    }

    /// <summary>How many calls were refused so far.</summary>
    public int Refused()
    {
        using var log = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var refused = 0;
        while (log.ReadLine() is { } line) refused += line.Contains("(INJECTED)", StringComparison.Ordinal) ? 1 : 0;
        return refused;
    }

    /// <summary>Deletes what strace wrote.</summary>
    public void Dispose() => File.Delete(_log);

    /// <summary>Whose calls it concerns; none for all.</summary>
    private string[] Files { get; init; } = ["forwarder.db", "forwarder.db-wal", "forwarder.db-shm", "calls-under-way", "forwarder.lock", "forwarder.db.lock"];
}
