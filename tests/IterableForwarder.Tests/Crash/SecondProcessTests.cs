using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>Two processes never use one data folder or one database: the second waits, and ends.</summary>
public sealed class SecondProcessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Ways => ["the same folder", "a link to the folder", "another folder with the same database", "another folder with a link to the database"];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_second_process_on_the_same_data_ends_with_code_1_and_names_the_folder(string way)
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        using var other = new TemporaryFolder();
        var database = Path.Combine(fleet.Folder, "forwarder.db");
        var link = Path.Combine(other.Path, "link");
        var (folder, source) = way switch
        {
            "the same folder" => (fleet.Folder, null),
            "a link to the folder" => (Directory.CreateSymbolicLink(link, fleet.Folder).FullName, null),
            "another folder with the same database" => (other.Path, database),
            _ => (other.Path, File.CreateSymbolicLink(link, database).FullName),
        };
        (string, string)[] settings = source is null ? [] : [("Storage:ConnectionString", $"Data Source={source}")];
        await using var first = await fleet.StartServiceAsync(ServiceProcess.Forwarder);

        await using var second = ServiceProcess.Launch(folder, fleet.Sandbox, ServiceProcess.Forwarder, [("Storage:LockWait", "00:00:00.300"), .. settings]);

        Assert.True(await second.EndsWithinAsync(Patience), second.Output);
        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"another process uses the data folder {folder}", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        await fleet.WriteAsync(first, 0);
        await fleet.ComeToRestAsync(first, 1);
        (await Verdict.OfAsync(fleet, first)).Demand();
    }

    [Fact]
    public async Task A_second_process_takes_over_once_the_first_has_stopped()
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        await using var first = await fleet.StartServiceAsync(ServiceProcess.Forwarder);
        await fleet.WriteAsync(first, 0);

        await using var second = ServiceProcess.Launch(fleet.Folder, fleet.Sandbox, ServiceProcess.Forwarder, ("Storage:LockWait", "00:00:50"));
        await Eventually.TrueAsync(() => second.Output.Contains("waits for it to end", StringComparison.Ordinal));
        await first.StopAsync();

        Assert.True(await second.IsReadyAsync(), second.Output);
        await fleet.WriteAsync(second, 1);
        await fleet.ComeToRestAsync(second, 2);
        (await Verdict.OfAsync(fleet, second)).Demand();
    }
}
