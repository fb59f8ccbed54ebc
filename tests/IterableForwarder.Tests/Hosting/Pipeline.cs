using System.Text.Json.Nodes;
using Iterable.Sandbox;
using Microsoft.AspNetCore.Builder;

namespace IterableForwarder.Tests.Hosting;

/// <summary>The service with the sandbox as Iterable: members go in by HTTP and come out by HTTP.</summary>
internal sealed class Pipeline : IAsyncDisposable
{
    public const string ApiKey = "iterable-key-0001";

    /// <summary>Far more than any of these tests needs; reached only when something is wrong.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private Pipeline(SandboxServer sandbox, TestService service, string projectId, TemporaryFolder? own)
    {
        (Sandbox, Service, ProjectId) = (sandbox, service, projectId);
        _own = own;
    }

    private readonly TemporaryFolder? _own;

    public SandboxServer Sandbox { get; }

    public TestService Service { get; private set; }

    public string ProjectId { get; }

    /// <summary>Starts both, with a project whose budget does not slow a test down.</summary>
    public static async Task<Pipeline> StartAsync(string project = "", string budgets = """{"lists":1000}""", Action<WebApplicationBuilder>? customize = null, params (string Name, string Value)[] settings)
    {
        var folder = new TemporaryFolder();
        var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var all = Settings(sandbox);
        foreach (var (name, value) in settings) all[name] = value;
        var service = await TestService.StartAsync(folder.Path, settings: all, customize: customize);
        var projectId = await service.AddProjectAsync(ApiKey, $",\"budgets\":{budgets}{project}");
        return new Pipeline(sandbox, service, projectId, folder);
    }

    /// <summary>Stops the service and starts it again on the same data.</summary>
    public async Task RestartAsync()
    {
        await Service.DisposeAsync();
        Service = await TestService.StartAsync(_own!.Path, settings: Settings(Sandbox));
    }

    /// <summary>Makes a list at Iterable and a connection that feeds it.</summary>
    public async Task<(string Connection, long List)> ConnectAsync(string more = "")
    {
        var list = Sandbox.State.AddList(ApiKey, "list").Id;
        return (await Service.AddConnectionAsync(ProjectId, $",\"listId\":{list}{more}"), list);
    }

    /// <summary>Posts changes and returns the batch's id.</summary>
    public async Task<string> PostAsync(string connection, params string[] changes)
    {
        var response = await Service.PostAsync($"/api/v1/connections/{connection}/members", $$"""{"changes":[{{string.Join(',', changes)}}]}""");
        return response.Expect(202)["batchId"]!.GetValue<string>();
    }

    /// <summary>The account of a batch, once nothing of it is pending.</summary>
    public Task<JsonObject> CompletedAsync(string batch) =>
        Eventually.GetAsync(() => BatchAsync(batch), b => b["state"]!.GetValue<string>() == "completed", Patience);

    public async Task<JsonObject> BatchAsync(string batch)
    {
        var account = (await Service.GetAsync($"/api/v1/batches/{batch}")).Expect(200);
        var counts = account["counts"]!;
        Assert.Equal(counts["received"]!.GetValue<long>(), Count("delivered") + Count("superseded") + Count("dropped") + Count("rejected") + Count("pending"));
        return account;

        long Count(string name) => counts[name]!.GetValue<long>();
    }

    /// <summary>The connection, once it is as wanted.</summary>
    public Task<JsonObject> ConnectionAsync(string connection, Func<JsonObject, bool> isAsWanted) =>
        Eventually.GetAsync(async () => (await Service.GetAsync($"/api/v1/connections/{connection}")).Expect(200), isAsWanted, Patience);

    /// <summary>The e-mails on the list, sorted.</summary>
    public string[] EmailsOn(long list) => [.. Sandbox.State.Members(list).Select(m => m.Email ?? "").Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Sandbox.DisposeAsync();
        _own?.Dispose();
    }

    public static Dictionary<string, string?> Settings(SandboxServer sandbox) => new(TestService.Keys())
    {
        ["Iterable:Endpoints:us"] = sandbox.BaseAddress.ToString(),
        ["Iterable:Endpoints:eu"] = sandbox.BaseAddress.ToString(),
        ["Iterable:QuickRetryDelay"] = "00:00:00.001",
        ["Delivery:GatherTime"] = "00:00:00.020",
        ["Delivery:MinBackOff"] = "00:00:00.010",
        ["Delivery:MaxBackOff"] = "00:00:00.050",
    };
}

/// <summary>Short ways to write changes.</summary>
internal static class Wire
{
    public static string Add(string email, string more = "") => $$"""{"action":"add","email":"{{email}}"{{more}}}""";

    public static string Remove(string email, string more = "") => $$"""{"action":"remove","email":"{{email}}"{{more}}}""";
}
