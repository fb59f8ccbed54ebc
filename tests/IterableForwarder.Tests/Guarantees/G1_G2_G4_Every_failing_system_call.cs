using System.Diagnostics;
using System.Net.Http.Json;
using Iterable.Sandbox;
using IterableForwarder.Tests.Crash;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Xunit.Abstractions;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>
/// System calls of the service on its files fail by number, or the process ends at one: reads, writes, syncs, and what opens, cuts, renames or
/// deletes a file, while writers write. Afterwards nobody is lost or wrong on a list, and every account adds up.
/// </summary>
public sealed class G1_G2_G4_Every_failing_system_call(ITestOutputHelper output)
{
    private const string Syncing = "fsync,fdatasync";
    private const string Naming = "openat,ftruncate,rename,unlink";
    private const string Writing = $"pwrite64,{Syncing},ftruncate,rename,unlink";
    private const string All = $"pwrite64,pread64,{Syncing},{Naming}";

    /// <summary>What the kernel refuses, with which error, and after how many calls again: a process that cannot read its schema, or write a script of it, never starts.</summary>
    private static readonly (string Calls, string Error, int Every)[] Refusals =
        [("pwrite64", "EIO", 13), ("pwrite64", "ENOSPC", 61), (Syncing, "EIO", 5), ("pread64", "EIO", 97), (Naming, "EIO", 5)];

    public static TheoryData<string, string, int> SomeRefusals
    {
        get
        {
            var data = new TheoryData<string, string, int>();
            foreach (var (calls, error, every) in Refusals) data.Add(calls, error, every);
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(SomeRefusals))]
    public async Task Whichever_call_is_refused_nobody_is_lost_or_wrong(string calls, string error, int every) =>
        Assert.NotEqual(0, await RefuseAsync(calls, error, every, every, seed: 1));

    /// <summary>
    /// Where the disk fails as the shared memory of the log is opened, SQLite opens it for reading alone, for all connections of the process. strace counts
    /// calls by thread: the first try of each thread fails, that of the one that reads the settings among them.
    /// </summary>
    [SkippableFact]
    public async Task Where_the_shared_memory_could_be_opened_for_reading_alone_it_writes_again_without_a_restart()
    {
        KernelFault.Require();
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        await using (var before = await ServiceProcess.StartAsync(folder.Path, sandbox)) await before.StopAsync();
        // somebody else looks into the database, so that the file stays there
        using var other = TestStore.Watch(folder.Path);
        using var fault = KernelFault.RefuseFirst("forwarder.db-shm", "openat", "EIO");
        await using var service = ServiceProcess.Launch(fault, folder.Path, sandbox, ServiceProcess.Forwarder);

        Assert.True(await service.IsReadyAsync());
        Assert.Equal(201, (await service.SendAsync(NewProject()))?.Status);
        Assert.InRange(fault.Refused(), 2, 10);
    }

    /// <summary>SYSCALL_POINTS says how many calls are refused in all, and SYSCALL_SEED where to begin.</summary>
    [SkippableFact]
    [Trait("Category", "Nightly")]
    public async Task Whichever_call_is_refused_at_whatever_moment_nobody_is_lost_or_wrong()
    {
        var wanted = Given.Number("SYSCALL_POINTS") ?? 10_000;
        var seed = Given.Number("SYSCALL_SEED") ?? 1;
        for (var points = 0; points < wanted; seed++)
        {
            var (calls, error, every) = Refusals[seed % Refusals.Length];
            // all distances between two, and all beginnings
            var distance = every + (seed / Refusals.Length % every);
            points += await RefuseAsync(calls, error, 1 + (seed % distance), distance, seed);
        }
    }

    [SkippableFact]
    public Task At_whichever_call_it_is_killed_nobody_is_lost_or_wrong() => KillAsync(Enumerable.Range(0, 3).Select(i => 1 + (i * i * 188)), seed: 1);

    [SkippableFact]
    [Trait("Category", "Nightly")]
    public Task At_whichever_of_the_first_calls_it_is_killed_nobody_is_lost_or_wrong() => KillAsync(Enumerable.Range(1, 300).Select(i => i * 3), seed: 2);

    /// <summary>Before there is anything in the data folder: also the files of the key ring are made.</summary>
    [SkippableFact]
    public Task At_whichever_call_of_its_first_start_it_is_killed_it_starts_again() => KillFirstStartsAsync(every: 211);

    [SkippableFact]
    [Trait("Category", "Nightly")]
    public Task At_every_call_of_its_first_start_it_is_killed_and_starts_again() => KillFirstStartsAsync(every: 1);

    private async Task<int> RefuseAsync(string calls, string error, int first, int every, int seed)
    {
        KernelFault.Require();
        var took = Stopwatch.StartNew();
        await using var fleet = await Fleet.StartAsync(new Random(seed));
        using var fault = KernelFault.Refuse(calls, error, first, every);
        await using (var service = fleet.Launch(fault))
        {
            if (await service.IsReadyAsync()) await fleet.WriteAsync(service, 0);
            await service.KillAsync();
        }
        var refused = fault.Refused();
        await EndAsync(fleet, 1, $"{refused} of {calls} were refused with {error}");
        output.WriteLine(FormattableString.Invariant($"{calls}: {refused} refused with {error}, from {first} on each {every}th, seed {seed}, {took.Elapsed.TotalSeconds:0.0} s"));
        return refused;
    }

    private async Task KillAsync(IEnumerable<int> numbers, int seed)
    {
        KernelFault.Require();
        await using var fleet = await Fleet.StartAsync(new Random(seed));
        var era = 0;
        foreach (var number in numbers)
        {
            var took = Stopwatch.StartNew();
            using var fault = KernelFault.KillAt(All, number);
            await using var service = fleet.Launch(fault);
            if (await service.IsReadyAsync()) await fleet.WriteAsync(service, era);
            await service.KillAsync();
            output.WriteLine(FormattableString.Invariant($"killed at call {number}, {fleet.Accepted} accepted so far, {took.Elapsed.TotalSeconds:0.0} s"));
            era++;
        }
        await EndAsync(fleet, era, "kills");
    }

    private async Task KillFirstStartsAsync(int every)
    {
        KernelFault.Require();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var isKilled = true;
        for (var number = 1; isKilled; number += every)
        {
            using var folder = new TemporaryFolder();
            using var fault = KernelFault.KillAtAnyFile(Writing, number);
            await using (var service = ServiceProcess.Launch(fault, folder.Path, sandbox, ServiceProcess.Forwarder))
            {
                isKilled = !await service.IsReadyAsync() || await service.SendAsync(NewProject()) is null;
                await service.KillAsync();
            }
            output.WriteLine($"killed at call {number}: {isKilled}");
            await using var restarted = await ServiceProcess.StartAsync(folder.Path, sandbox);
            foreach (var project in (await restarted.GetAsync("/api/v1/projects"))["items"]!.AsArray())
                Assert.True((string)project!["state"]! == "active", $"{project.ToJsonString()} after call {number}");
            Assert.Contains((await restarted.SendAsync(NewProject()))?.Status, new int?[] { 201, 409 });
        }
    }

    private async Task EndAsync(Fleet fleet, int era, string what)
    {
        await using var restarted = await fleet.StartServiceAsync();
        await fleet.ComeToRestAsync(restarted, era);
        var verdict = await Verdict.OfAsync(fleet, restarted);
        output.WriteLine($"{what}{Environment.NewLine}{verdict.Report}");
        verdict.Demand();
    }

    private static HttpRequestMessage NewProject() => new(HttpMethod.Post, "/api/v1/projects") { Content = JsonContent.Create(new { name = "Acme", apiKey = Pipeline.ApiKey }) };
}
