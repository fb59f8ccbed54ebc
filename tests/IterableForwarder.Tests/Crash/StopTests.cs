using System.Net.Http.Json;
using Iterable.Sandbox;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Segment;

namespace IterableForwarder.Tests.Crash;

public sealed class StopTests
{
    /// <summary>What whoever runs the service grants it before it is killed.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(FaultKind.Delay)]
    [InlineData(FaultKind.Hang)]
    public async Task Stopped_during_writes_while_Iterable_is_slow_it_ends_with_code_0_and_loses_nobody(FaultKind slow)
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        fleet.Sandbox.State.AddFault(new Fault { Kind = slow, DelayMilliseconds = 1000, Path = "/api/lists/*" });
        await using (var service = await fleet.StartServiceAsync(ServiceProcess.Forwarder, ("Iterable:AttemptTimeout", "00:00:08")))
        {
            var writing = fleet.WriteAsync(service, 0);
            await Eventually.TrueAsync(() => fleet.Accepted > 50 && fleet.Sandbox.State.CallsReceived() > 2);

            await service.StopAsync(Grace);

            Assert.Equal(0, service.ExitCode);
            await writing;
        }

        // what is left must be seen before it is sent: a machine with much to do may be slower to ask than to send
        fleet.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/*" });
        await using var restarted = await fleet.StartServiceAsync();
        Assert.NotEqual(0, await fleet.PendingAsync(restarted));
        await fleet.ComeToRestAsync(restarted, 1);
        (await Verdict.OfAsync(fleet, restarted)).Demand();
    }

    /// <summary>A message of one key may name so many, and what they owe takes minutes of the budget.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stopped_while_many_lists_are_to_be_created_it_ends_with_code_0_and_creates_each_once(bool isIterableHanging)
    {
        const int Audiences = 200;
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        if (isIterableHanging) sandbox.State.AddFault(new Fault { Kind = FaultKind.Hang, Path = "/api/lists", WhenBodyContains = "audience_" });
        string project;
        await using (var service = await ServiceProcess.StartAsync(folder.Path, sandbox))
        {
            project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey, budgets = new { lists = 20 } }))["id"]!;
            var events = Enumerable.Range(0, Audiences).Select(i => SegmentWire.Identify("a@x.com", audience: $"audience_{i}", list: null));
            (await service.SendAsync(new(HttpMethod.Post, SegmentWire.PathOf(project)) { Content = ForwarderFixture.Json(SegmentWire.ArrayOf(events)) }))!.Expect(202);
            await sandbox.State.WaitForCallsAsync(2, "/api/lists");

            await service.StopAsync(Grace);

            Assert.Equal(0, service.ExitCode);
        }

        // what was asked for and not answered is only looked for again after a minute
        if (isIterableHanging) return;
        Assert.InRange(sandbox.State.Lists(Pipeline.ApiKey).Count, 0, Audiences / 2);
        await using var restarted = await ServiceProcess.StartAsync(folder.Path, sandbox);
        var settings = new { name = "Acme", dataCenter = "us", type = "email", userId = "customerId", budgets = new { lists = 10_000, users = 5, events = 10 } };
        (await restarted.SendAsync(new(HttpMethod.Put, $"/api/v1/projects/{project}") { Content = JsonContent.Create(settings) }))!.Expect(200);
        await Eventually.GetAsync(() => Task.FromResult(Created(sandbox)), c => c == (Audiences, Audiences), TimeSpan.FromSeconds(60));
    }

    private static (int Lists, int WithTheMember) Created(SandboxServer sandbox)
    {
        var lists = sandbox.State.Lists(Pipeline.ApiKey);
        return (lists.Count, lists.Count(l => l.MemberCount == 1));
    }
}
