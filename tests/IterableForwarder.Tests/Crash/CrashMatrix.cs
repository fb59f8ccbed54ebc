namespace IterableForwarder.Tests.Crash;

/// <summary>Kills the service again and again while it is written to and Iterable fails, and then compares Iterable's lists with the truth.</summary>
internal static class CrashMatrix
{
    /// <summary>A step that is not come by within this time, as nothing calls for it, is given up: the service is killed where it is.</summary>
    private static readonly TimeSpan MaxPerLife = TimeSpan.FromSeconds(5);

    public static async Task<Verdict> RunAsync(int kills, int seed)
    {
        var random = new Random(seed);
        await using var fleet = await Fleet.StartAsync(random);
        using var calm = new CancellationTokenSource();
        var weather = Task.Run(() => Weather.RunAsync(fleet.Sandbox.State, fleet.NewRandom(), calm.Token));
        var hits = new Dictionary<string, int>();
        var plan = Kill.Plan(kills, random);
        for (var era = 0; era < plan.Length; era++)
        {
            var how = await LiveAsync(fleet, plan[era], era);
            hits[how] = hits.GetValueOrDefault(how) + 1;
        }
        await calm.CancelAsync();
        await weather;
        await using var service = await fleet.StartServiceAsync();
        await fleet.ComeToRestAsync(service, kills);
        return await Verdict.OfAsync(fleet, service, hits);
    }

    /// <summary>One life of the service, from its start to its end. Returns the step it died at.</summary>
    private static async Task<string> LiveAsync(Fleet fleet, Kill kill, int era)
    {
        await using var service = kill.At is null ? fleet.Launch() : fleet.Launch(("Crash:At", $"{kill.At}:{kill.Pass}"));
        if (kill.WhileStarting)
        {
            await PassAsync(kill.Pass);
            await service.KillAsync();
            return "while starting";
        }
        var writing = await service.IsReadyAsync() ? fleet.WriteAsync(service, era) : Task.CompletedTask;
        if (kill.At is null) await PassAsync(kill.Pass);
        var diedByItself = kill.At is not null && await service.EndsWithinAsync(MaxPerLife);
        if (!diedByItself) await service.KillAsync();
        await writing;
        // 128 and SIGKILL: anything else would be an end of its own making
        Assert.True(service.ExitCode == 137, $"{kill} ended with {service.ExitCode}: {service.Output}");
        return diedByItself ? kill.At! : "at any moment";
    }

    /// <summary>Not a wait for anything: a random moment is what is asked for.</summary>
    private static Task PassAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
}
