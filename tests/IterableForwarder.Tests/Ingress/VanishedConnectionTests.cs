using IterableForwarder.Changes;
using IterableForwarder.CrashHost;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Amplitude.Cohorts;
using IterableForwarder.Tests.Ingress.MParticle;
using IterableForwarder.Tests.Ingress.Segment;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Ingress;

/// <summary>
/// An operator deletes a connection, or its project, between the moment in which a message found it and that in which the message is stored:
/// every path that makes connections makes it anew. Senders drop for good what is answered with 404.
/// </summary>
public sealed class VanishedConnectionTests : IAsyncLifetime
{
    private const string Key = "vanished-key";

    private ForwarderFixture _service = null!;
    private FaultyJournal? _journal;
    private string _project = "";
    private bool _withProject;
    private int _vanished;

    public async Task InitializeAsync()
    {
        _service = await ForwarderFixture.StartAsync(builder => LastWord.Say(builder, services =>
            services.AddSingleton<IEntryJournal>(p => _journal = new FaultyJournal(p.GetRequiredService<EntryJournal>()))));
        _service.Iterable.AddList(Key, "A list", 42);
        _project = await _service.AddProjectAsync(Key);
        _journal!.BeforeAccepting = async batches =>
        {
            if (_vanished++ > 0) return;
            var directory = _service.Services.GetRequiredService<IProjectDirectory>();
            foreach (var batch in batches) Assert.True(await directory.TryDeleteAsync(batch.FeedId, CancellationToken.None));
            if (_withProject) Assert.True(await directory.TryDeleteAsync(new ProjectId(Guid.Parse(_project)), CancellationToken.None));
        };
    }

    public Task DisposeAsync() => _service.DisposeAsync();

    [Fact]
    public async Task MParticle_creates_it_again()
    {
        await _service.AcceptAsync(MParticle.MParticle.Change(Key));
        Assert.Equal(1, (long)(await _service.TheConnectionAsync(_project))["status"]!["delivered"]!);
        Assert.Equal(2, _vanished);
    }

    [Fact]
    public async Task MParticle_creates_its_project_again()
    {
        _withProject = true;
        await _service.AcceptAsync(MParticle.MParticle.Change(Key));
        Assert.Equal(1, (long)(await _service.DeliveredOneAsync(Key))["status"]!["delivered"]!);
        Assert.NotEqual(_project, _service.ProjectOf(Key));
    }

    [Fact]
    public async Task What_mParticle_asks_for_and_is_not_forwarded_is_accounted_for_again()
    {
        await _service.AcceptAsync(
            $$$"""{"type":"event_processing_request","id":"e-1","account":{"account_settings":{"apiKey":"{{{Key}}}"}},"events":[{"type":"custom_event"}]}""");
        Assert.Equal(1, (long)(await _service.TheConnectionAsync(_project))["status"]!["dropped"]!);
    }

    [Fact]
    public async Task Segment_creates_it_again()
    {
        await _service.AcceptEventsAsync(_project, SegmentWire.Identify("a@example.com", list: "42"));
        Assert.Equal(1, (long)(await _service.TheConnectionAsync(_project))["status"]!["delivered"]!);
    }

    [Fact]
    public async Task A_cohort_creates_it_again()
    {
        await _service.AcceptCohortAsync(_project, CohortWire.Enter("a"));
        Assert.Equal(1, (long)(await _service.TheConnectionAsync(_project))["status"]!["delivered"]!);
    }
}
