using IterableForwarder.Journal;

namespace IterableForwarder.Demo;

/// <summary>The demo from start to end.</summary>
internal static class DemoRun
{
    private const int Fine = 0;
    private const int NotAsExpected = 1;
    private const int BadArguments = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter output)
    {
        if (DemoOptions.Parse(args) is not { } options)
        {
            await output.WriteLineAsync(DemoOptions.Usage);
            return BadArguments;
        }
        try
        {
            return await RunAsync(options, output);
        }
        catch (StoreInUseException e)
        {
            await output.WriteLineAsync(e.Message);
            return NotAsExpected;
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, TextWriter output)
    {
        using var data = new DataFolder(options.DataFolder);
        await using var stage = await Stage.StartAsync(options, data.Path);
        var stopping = stage.Service.Lifetime.ApplicationStopping;
        try
        {
            var isRight = await ShowAsync(stage, options, data, output, stopping);
            if (options.Once) return isRight ? Fine : NotAsExpected;
            Report.StillRunning(output, stage);
            await stage.Service.WaitForShutdownAsync(CancellationToken.None);
            return Fine;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return options.Once ? NotAsExpected : Fine;
        }
    }

    /// <summary>Sends the samples, waits until nothing is pending, and prints what became of everyone.</summary>
    private static async Task<bool> ShowAsync(Stage stage, DemoOptions options, DataFolder data, TextWriter output, CancellationToken stopping)
    {
        var time = stage.Service.Services.GetRequiredService<TimeProvider>();
        using var http = stage.Service.Services.GetRequiredService<IHttpClientFactory>().CreateClient();
        var forwarder = new ForwarderApi(http, stage.Address, time);
        Report.Started(output, options, stage, data);

        foreach (var request in Samples.Before.Values) await forwarder.TellIterableAsync(stage.Sandbox.BaseAddress, request, stopping);
        var connection = await forwarder.ConnectAsync(stopping);
        var began = time.GetTimestamp();
        var message = await forwarder.SendMParticleAsync(stopping);
        var batch = await forwarder.SendMembersAsync(connection, stopping);
        var accepted = time.GetElapsedTime(began);
        var batches = await forwarder.WaitUntilSettledAsync(message, batch, stopping);
        Report.Settled(output, accepted, time.GetElapsedTime(began));

        await Report.AccountsAsync(output, forwarder, batches, stopping);
        return Report.Lists(output, stage.Sandbox.State);
    }
}
