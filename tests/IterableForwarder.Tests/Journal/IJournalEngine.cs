using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>An engine under test: one store, which outlives the services that use it.</summary>
internal interface IJournalEngine : IAsyncDisposable
{
    /// <summary>Services over the store, as a process that starts would have them.</summary>
    Task<OpenJournal> OpenAsync();

    /// <summary>The same store as the next process finds it after this one was killed: nothing was flushed, closed or told.</summary>
    Task<IJournalEngine> CrashAsync();
}

/// <summary>The journal's seams over one store; disposing is an orderly stop.</summary>
internal sealed class OpenJournal(IServiceProvider services, Func<Task> stop) : IAsyncDisposable
{
    public IEntryJournal Entries { get; } = services.GetRequiredService<IEntryJournal>();

    public ILedger Ledger { get; } = services.GetRequiredService<ILedger>();

    public IFeedStatusReader Statuses { get; } = services.GetRequiredService<IFeedStatusReader>();

    public IProjectDirectory Directory { get; } = services.GetRequiredService<IProjectDirectory>();

    public StoreProbe Probe { get; } = services.GetRequiredService<StoreProbe>();

    public JournalReadiness Readiness { get; } = services.GetRequiredService<JournalReadiness>();

    public IServiceProvider Services => services;

    public async ValueTask DisposeAsync() => await stop();
}
