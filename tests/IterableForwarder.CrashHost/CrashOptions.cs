namespace IterableForwarder.CrashHost;

/// <summary>What a test wants to happen to the service. All of it is off by default.</summary>
internal sealed class CrashOptions
{
    public const string Section = "Crash";

    /// <summary>The step to die at and how often it is passed before, such as <c>accept.committed:37</c>; empty for none.</summary>
    public string At { get; set; } = "";

    /// <summary>How far the clock on the wall is off. As on a real machine, timers do not follow it.</summary>
    public TimeSpan ClockOffset { get; set; }

    /// <summary>A file that holds the number of pages the database may have; while there is no such file, there is room.</summary>
    public string QuotaFile { get; set; } = "";
}
