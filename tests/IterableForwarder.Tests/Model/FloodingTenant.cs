using System.Globalization;
using Iterable.Sandbox.State;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Model;

/// <summary>Sends to a paused connection of its own until it is refused. What was refused must not have been accepted, and nobody else may notice.</summary>
internal sealed class FloodingTenant
{
    /// <summary>For each connection of the service; the programs come nowhere near.</summary>
    public const int MaxPending = 10_000;

    private const string ApiKey = "flooding-tenant-0";
    private const int Requests = 13;
    private const int Members = 1000;

    private static readonly string Body = $$"""{"changes":[{{string.Join(',', Enumerable.Range(0, Members).Select(i => Wire.Remove(string.Create(CultureInfo.InvariantCulture, $"f{i}@f.com"))))}}]}""";

    private readonly string _connection;
    private int _accepted;

    private FloodingTenant(string connection) => _connection = connection;

    public static async Task<FloodingTenant> StartAsync(TestService service, SandboxState iterable)
    {
        iterable.Configure(ApiKey, s => s);
        var project = await service.AddProjectAsync(ApiKey);
        var connection = await service.AddConnectionAsync(project, $",\"listId\":{iterable.AddList(ApiKey, "flood").Id}");
        (await service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        return new(connection);
    }

    public async Task FloodAsync(TestService service)
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, Requests).Select(_ => service.PostAsync($"/api/v1/connections/{_connection}/members", Body)));
        var accepted = responses.Count(r => r.Status == 202);
        Assert.All(responses.Where(r => r.Status != 202), r => r.ExpectProblem(429));
        Assert.Equal(MaxPending / Members, accepted);
        _accepted += accepted * Members;
        var status = await StatusAsync(service);
        Assert.Equal((accepted * Members, _accepted - (accepted * Members), 0L), ((long)status["pending"]!, (long)status["dropped"]!, (long)status["delivered"]!));
        (await service.PostAsync($"/api/v1/connections/{_connection}/pending/discard", "{}")).Expect(200);
        status = await StatusAsync(service);
        Assert.Equal((0L, _accepted), ((long)status["pending"]!, (long)status["dropped"]!));
    }

    private async Task<System.Text.Json.Nodes.JsonNode> StatusAsync(TestService service) =>
        (await service.GetAsync($"/api/v1/connections/{_connection}")).Expect(200)["status"]!;
}
