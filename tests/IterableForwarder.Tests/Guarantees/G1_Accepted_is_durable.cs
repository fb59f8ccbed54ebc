using Iterable.Sandbox;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G1_Accepted_is_durable
{
    [Fact]
    public async Task A_process_killed_between_the_answer_and_delivery_delivers_after_its_restart()
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var list = sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe" });

        string batch;
        await using (var service = await ServiceProcess.StartAsync(folder.Path, sandbox))
        {
            var project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey, budgets = new { lists = 1000 } }))["id"]!;
            var connection = (string)(await service.PostAsync("/api/v1/connections", new { projectId = project, name = "VIP", listId = list }))["id"]!;
            var changes = Enumerable.Range(0, 2505).Select(i => new { action = "add", email = $"m{i}@example.com" });
            batch = (string)(await service.PostAsync($"/api/v1/connections/{connection}/members", new { changes }))["batchId"]!;
            await service.KillAsync();
        }
        Assert.Empty(sandbox.State.Members(list));
        sandbox.State.RemoveFaults();

        await using var restarted = await ServiceProcess.StartAsync(folder.Path, sandbox);
        var account = await Eventually.GetAsync(() => restarted.GetAsync($"/api/v1/batches/{batch}"), b => (string)b["state"]! == "completed", TimeSpan.FromSeconds(30));

        Assert.Equal(2505, (long)account["counts"]!["delivered"]!);
        Assert.Equal(2505, sandbox.State.Members(list).Count);
    }

    [Fact]
    public async Task A_stopped_service_ends_with_code_0_and_continues_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var list = sandbox.State.AddList(Pipeline.ApiKey, "vip").Id;
        await using var service = await ServiceProcess.StartAsync(folder.Path, sandbox);
        var project = (string)(await service.PostAsync("/api/v1/projects", new { name = "Acme", apiKey = Pipeline.ApiKey, budgets = new { lists = 5 } }))["id"]!;
        var connection = (string)(await service.PostAsync("/api/v1/connections", new { projectId = project, name = "VIP", listId = list }))["id"]!;
        var changes = Enumerable.Range(0, 8000).Select(i => new { action = "add", email = $"m{i}@example.com" });
        await service.PostAsync($"/api/v1/connections/{connection}/members", new { changes });

        await service.StopAsync();

        Assert.Equal(0, service.ExitCode);
        await using var restarted = await ServiceProcess.StartAsync(folder.Path, sandbox);
        await Eventually.GetAsync(() => restarted.GetAsync($"/api/v1/connections/{connection}"), c => (long)c["status"]!["pending"]! == 0, TimeSpan.FromSeconds(30));
        Assert.Equal(8000, sandbox.State.Members(list).Count);
        Assert.All(sandbox.State.Sends(list), sends => Assert.Equal(1, sends.Adds));
    }
}
