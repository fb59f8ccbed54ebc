using System.Diagnostics;

namespace IterableForwarder.Benchmarks;

/// <summary>One request of any length.</summary>
internal static class NdjsonScenario
{
    public static async Task RunAsync(int lines, TextWriter output)
    {
        var figures = await MeasureAsync(lines);
        output.WriteLine(FormattableString.Invariant($"{lines} members as lines of one request"));
        output.WriteLine(FormattableString.Invariant($"service  {figures.CpuPerMillion:F2} CPU-s a million; accepted in {figures.AcceptedIn:F1} s, settled {figures.SettledIn - figures.AcceptedIn:F1} s later"));
        output.WriteLine(FormattableString.Invariant($"memory   {figures.Before.Megabytes:F0} MB before, peak {figures.After.PeakMegabytes:F0} MB, at the end {figures.After.Megabytes:F0} MB"));
    }

    public static async Task<BulkFigures> MeasureAsync(int lines)
    {
        await using var stage = await Stage.StartAsync();
        var connection = (await stage.ConnectAsync(1, 1, Load.Attributes))[0];
        var before = await Snapshot.TakeAsync(stage);
        var start = Stopwatch.GetTimestamp();
        await stage.PostLinesAsync(connection, lines);
        var accepted = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await stage.SettledAsync();
        return new(lines, [], accepted, Stopwatch.GetElapsedTime(start).TotalSeconds, before, await Snapshot.TakeAsync(stage), 0);
    }
}
