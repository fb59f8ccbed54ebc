using System.Text;
using IterableForwarder.Journal;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Ingress;

/// <summary>Measures memory, which others who run beside it would add to.</summary>
[CollectionDefinition(nameof(BodyCostTests), DisableParallelization = true)]
public sealed class BodyCosts;

/// <summary>What the most costly bodies of each format take of memory and disk for each of their bytes.</summary>
[Collection(nameof(BodyCostTests))]
public sealed class BodyCostTests : IAsyncLifetime
{
    private const int MaxLive = 64;
    private const int MaxStored = 10;

    private ForwarderFixture _service = null!;
    private FaultyJournal? _journal;
    private CostlyBodies _bodies = null!;

    public async Task InitializeAsync()
    {
        _service = await ForwarderFixture.StartAsync(builder => CrashHost.LastWord.Say(builder, services =>
            services.AddSingleton<IEntryJournal>(p => _journal = new FaultyJournal(p.GetRequiredService<EntryJournal>()))));
        _bodies = await CostlyBodies.PrepareAsync(async (path, body) => (await _service.PostAsync(path, body.ToJsonString())).Json);
    }

    public Task DisposeAsync() => _service.DisposeAsync();

    [Theory]
    [MemberData(nameof(CostlyBodies.Kinds), MemberType = typeof(CostlyBodies))]
    public async Task A_body_takes_at_most_64_bytes_of_memory_and_10_of_disk_for_each_of_its_own(string kind)
    {
        var (path, text) = _bodies.RequestOf(kind);
        var body = Encoding.UTF8.GetBytes(text);
        await SettleAsync();
        var (storedBefore, liveBefore) = (await TestStore.BytesAsync(_service.Services), GC.GetTotalMemory(forceFullCollection: true));
        var live = 0L;
        _journal!.BeforeAccepting = _ =>
        {
            live = GC.GetTotalMemory(forceFullCollection: true) - liveBefore;
            return Task.CompletedTask;
        };

        using var content = new ByteArrayContent(body) { Headers = { ContentType = new("application/json") } };
        Assert.InRange((await _service.SendAsync(HttpMethod.Post, path, content)).Status, 200, 202);

        var stored = await TestStore.BytesAsync(_service.Services) - storedBefore;
        Assert.True(live <= MaxLive * body.Length, $"{body.Length} bytes took {live} of memory");
        Assert.True(stored <= MaxStored * body.Length, $"{body.Length} bytes took {stored} of disk");
    }

    /// <summary>What the service and the test do once, and keep, is done before.</summary>
    private async Task SettleAsync() =>
        (await _service.PostAsync(_bodies.MembersPath, """{"changes":[{"action":"add"}]}""")).Expect(202);
}
