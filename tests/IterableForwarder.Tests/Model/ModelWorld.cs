using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Iterable.Sandbox;
using Iterable.Sandbox.Projects;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Model;

/// <summary>The service, and the sandbox as Iterable: projects of all types with two connections each, every connection with two lists of its own.</summary>
internal sealed partial class ModelWorld : IAsyncDisposable
{
    public static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(1.5);

    /// <summary>Far more than anything here needs: a call that is tried after a wait, and is not answered, keeps the others waiting for 30 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SandboxServer _sandbox;
    private readonly TemporaryFolder _folder = new();
    private readonly DateTimeOffset _start = TimeProvider.System.GetUtcNow();
    private readonly ModelProject[] _projects;
    private readonly ModelConnection[] _connections = new ModelConnection[Step.Connections];
    private readonly List<ModelBatch> _batches = [];
    private readonly List<DateTimeOffset> _restarts = [];
    private readonly SettableClock _clock = new();
    private bool _isClockAhead;
    private FloodingTenant? _flood;
    private TestService _service = null!;
    private long? _poison;

    private ModelWorld(SandboxServer sandbox)
    {
        _sandbox = sandbox;
        _projects = [.. Step.Types.Select((_, i) => new ModelProject($"model-key-{i}-0"))];
    }

    public Ledger Ledger { get; } = new();

    public Watch Watch { get; } = new();

    /// <summary>What the service takes for the time.</summary>
    public DateTimeOffset ServiceTime => _clock.GetUtcNow();

    public Iterable.Sandbox.State.SandboxState Iterable => _sandbox.State;

    public IReadOnlyList<ModelConnection> Connections => _connections;

    public IReadOnlyList<ModelBatch> Batches => _batches;

    public string KeyOf(int project) => _projects[project].ApiKeyAtIterable;

    public ProjectType TypeOf(long list) => Step.Types[Step.ProjectOf(Array.FindIndex(_connections, c => c.Lists.Contains(list)))];

    /// <summary>When the service was told to stop: calls in flight then may land beside those after.</summary>
    public IReadOnlyList<DateTimeOffset> Restarts => _restarts;

    public static async Task<ModelWorld> StartAsync()
    {
        var world = new ModelWorld(await SandboxServer.StartAsync(new SandboxOptions { KeptBodyBytes = 1 << 20 }));
        await world.StartServiceAsync();
        for (var i = 0; i < world._projects.Length; i++) await world.AddProjectAsync(i);
        for (var i = 0; i < Step.Connections; i++) await world.ConnectAsync(i);
        for (var i = 0; i < world._projects.Length; i++) await world.IntroduceAsync(i);
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _sandbox.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Of the connections that the programs are about.</summary>
    public async Task<JsonArray> StatusAsync()
    {
        var all = (await _service.GetAsync("/api/v1/connections?limit=200")).Expect(200)["items"]!.AsArray();
        return new([.. all.Where(c => _connections.Any(own => own.Id == (string)c!["id"]!)).Select(c => c!.DeepClone())]);
    }

    public async Task<JsonObject> BatchAsync(ModelBatch batch) => (await _service.GetAsync($"/api/v1/batches/{batch.Id}")).Expect(200);

    public async Task<JsonObject[]> UndeliveredAsync(ModelBatch batch)
    {
        var items = new List<JsonObject>();
        for (string? next = ""; next is not null;)
        {
            var page = (await _service.GetAsync($"/api/v1/batches/{batch.Id}/members?limit=1000{next}")).Expect(200);
            items.AddRange(page["items"]!.AsArray().Select(i => i!.AsObject()));
            next = (string?)page["next"] is { } after ? $"&after={Uri.EscapeDataString(after)}" : null;
        }
        return [.. items];
    }

    /// <summary>Makes whole what is broken, without waiting.</summary>
    public async Task HealAsync()
    {
        foreach (var fault in Iterable.Faults.Where(f => f.Id != _poison)) Iterable.RemoveFault(fault.Id);
        for (var p = 0; p < _projects.Length; p++)
        {
            Iterable.Configure(_projects[p].ApiKeyAtIterable, s => s with { MaxMembersPerCall = null });
            await SetKeyAsync(p);
        }
        for (var c = 0; c < Step.Connections; c++)
        {
            foreach (var list in _connections[c].Lists) CreateList(c, list);
            await ResumeAsync(c);
        }
        foreach (var project in _projects) (await _service.PostAsync($"/api/v1/projects/{project.Id}/resume")).Expect(200);
    }

    /// <summary>Nothing pending, and every call that Iterable has begun with is decided.</summary>
    public async Task RestAsync()
    {
        await Eventually.GetAsync(StatusAsync, s => s.All(c => (long)c!["status"]!["pending"]! == 0), Patience);
        await Eventually.TrueAsync(() => Iterable.Calls().All(c => c.EndedAt is not null));
    }

    /// <summary>A list that is gone delays only what is owed to it.</summary>
    private async Task RestWhereListsAreAsync()
    {
        foreach (var batch in _batches.Where(b => b.Changes.Count > 0 && MayFlow(b.Connection) && Iterable.FindList(b.Changes[0].List) is not null && !b.Changes.Any(Ledger.MayBeMovedOrDiscarded)))
            await Eventually.GetAsync(() => BatchAsync(batch), b => (long)b["counts"]!["pending"]! == 0, Patience);
    }

    /// <summary>Whether whatever is pending must come to an end by itself.</summary>
    private bool IsSound => Enumerable.Range(0, Step.Connections).All(c => MayFlow(c) && _connections[c].Lists.All(l => Iterable.FindList(l) is not null));

    /// <summary>Whether nothing but a list that is gone keeps what a connection owes.</summary>
    private bool MayFlow(int connection)
    {
        var project = _projects[Step.ProjectOf(connection)];
        return !_connections[connection].IsPaused && project.ApiKey == project.ApiKeyAtIterable && Iterable.Faults.All(f => f.Fault.Times is not null || f.Id == _poison);
    }

    private Dictionary<string, string?> Settings()
    {
        var settings = Pipeline.Settings(_sandbox);
        settings["Iterable:AttemptTimeout"] = AttemptTimeout.ToString();
        settings["Delivery:StopGrace"] = "00:00:00.200";
        settings["Delivery:ProbeEvery"] = "00:00:01";
        settings["Ingest:MaxPendingPerConnection"] = FloodingTenant.MaxPending.ToString(CultureInfo.InvariantCulture);
        settings["Storage:LockWait"] = "00:00:00.050";
        return settings;
    }

    private async Task StartServiceAsync() => _service = await TestService.StartAsync(
        _folder.Path, settings: Settings(), customize: builder => builder.Services.AddSingleton<TimeProvider>(_clock));

    private async Task AddProjectAsync(int number)
    {
        var (project, type) = (_projects[number], Step.Types[number]);
        Iterable.Configure(project.ApiKey, s => s with { Type = type });
        var word = JsonNamingPolicy.CamelCase.ConvertName(type.ToString());
        project.Id = await _service.AddProjectAsync(project.ApiKey, $",\"type\":\"{word}\",\"budgets\":{{\"lists\":1000}}");
    }

    private async Task ConnectAsync(int number)
    {
        var project = _projects[Step.ProjectOf(number)];
        long[] lists = [Iterable.AddList(project.ApiKey, "main").Id, Iterable.AddList(project.ApiKey, "other").Id];
        var connection = _connections[number] = new(lists);
        connection.Id = await _service.AddConnectionAsync(project.Id, $",{connection.Settings(number)}");
    }

    /// <summary>Lets Iterable know one person and the types of the fields, as if they had been there for long.</summary>
    private async Task IntroduceAsync(int project)
    {
        var list = Iterable.AddList(_projects[project].ApiKey, "known").Id;
        var mine = Enumerable.Range(0, Step.Connections).Where(c => Step.ProjectOf(c) == project).ToArray();
        var known = mine.Select(Step.CastOf).Distinct().Select(cast => People.At(cast, People.Known));
        var fields = string.Join(',', mine.Select(c => $"\"plan{c}\":0"));
        var subscribers = string.Join(',', known.Select(k => $$$"""{"email":"{{{k.Email}}}","userId":"{{{k.Id}}}","dataFields":{{{{fields}}}}}"""));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_sandbox.BaseAddress, "/api/lists/subscribe"))
        {
            Content = ForwarderFixture.Json($$"""{"listId":{{list}},"subscribers":[{{subscribers}}]}"""),
        };
        request.Headers.Add("Api-Key", _projects[project].ApiKey);
        using var http = new HttpClient(new SocketsHttpHandler());
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }

    private string TimeOf(int minutes) => (_start + TimeSpan.FromMinutes(minutes)).ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>A project, and its key on both sides.</summary>
internal sealed class ModelProject(string apiKey)
{
    public string Id { get; set; } = "";

    public string ApiKey { get; set; } = apiKey;

    public string ApiKeyAtIterable { get; set; } = apiKey;

    public int Exchanges { get; set; }
}

/// <summary>A connection, as the operator has set it.</summary>
internal sealed class ModelConnection(long[] lists)
{
    public string Id { get; set; } = "";

    public long[] Lists => lists;

    public int Current { get; set; }

    public long List => lists[Current];

    public bool IsPaused { get; set; }

    /// <summary>The last request with an Idempotency-Key: the key, the body, the answer.</summary>
    public (string Key, string Body, string BatchId)? Keyed { get; set; }

    public string Settings(int number) =>
        $$"""
        "listId":{{List}},"userId":"{{(Step.CastOf(number).ByMpid ? "mpid" : "customerId")}}","attributes":{"plan{{number}}":"plan"}
        """;
}

/// <summary>A request that was answered with 202.</summary>
internal sealed record ModelBatch(string Id, int Connection, bool WhilePaused, IReadOnlyList<Accepted> Changes);
