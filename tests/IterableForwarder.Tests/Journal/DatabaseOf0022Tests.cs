using Dapper;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Changes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Journal;

public sealed class DatabaseOf0022Tests
{
    private static readonly ProjectId Project = new(new Guid("01A22CD6E51A71769181ED35C31820FE"));
    private static readonly FeedId Connection = new(new Guid("01A22CD6E63F70DA97ABF5D5252783D9"));
    private static readonly FeedId Stream = new(new Guid("01A22CD6E9297DFD868CE146D6DB75B9"));
    private static readonly BatchId Batch = new(new Guid("01A22CD6EBD07EA880CD5D3A138857F2"));

    [Fact]
    public async Task It_opens_with_all_its_data()
    {
        await using var engine = new SqliteEngine(new FakeTimeProvider(new(2026, 11, 30, 15, 0, 0, TimeSpan.Zero)));
        using (var connection = new SqliteConnection($"Data Source={engine.File};Pooling=False")) connection.Execute(DatabaseOf0022.Sql);
        await using var journal = await engine.OpenAsync();

        Assert.True(journal.Readiness.IsReady, journal.Readiness.Reason);
        AssertSettings(journal.Services);
        await AssertEntriesAsync(journal);
        var stop = Assert.Single(await journal.Directory.ReadPastHoldsAsync(HoldFilter.Of(Connection), long.MaxValue, 10, CancellationToken.None));
        Assert.Equal((HoldKind.Pause, "look", null), (stop.Kind, stop.Cause.Detail, stop.EndedAt));
    }

    private static void AssertSettings(IServiceProvider services)
    {
        var directory = services.GetRequiredService<IProjectDirectory>();
        Assert.True(directory.TryGet(Project, out var project));
        Assert.Equal(("Acme", ProjectType.Hybrid, IdentityRule.CustomerId, HoldCause.KeyUnreadable), (project.Name, project.Type, project.UserId, project.Hold?.Reason));
        Assert.True(directory.TryGet(Connection, out var connection));
        Assert.Equal(("VIP", 42L, true, Source.Members), (connection.Name, connection.ListId!.Value, connection.ListUnverified, connection.Source));
        Assert.Equal((HoldCause.Paused, "look", "configured operator key"), (connection.Flow.Pause!.Reason, connection.Flow.Pause.Detail, connection.Flow.Pause.By));
        Assert.Equal([ChangeKind.Membership, ChangeKind.Event, ChangeKind.User], directory.FeedsOf(Project).Select(f => f.Kind).Order());
        Assert.True(services.GetRequiredService<IStreamDirectory>().TryGet(Stream, out var stream));
        Assert.Equal(("s", "user_id", IdentifierType.UserId, true), (stream.Name, stream.Identifier.Property, stream.Identifier.Type, stream.Events.Enabled));
        var key = Assert.Single(services.GetRequiredService<IAccessKeyStore>().All);
        Assert.Equal(("B", KeyKind.Ingest, "N8w0"), (key.Name, key.Kind, key.Hint));
    }

    private static async Task AssertEntriesAsync(OpenJournal journal)
    {
        var entry = Assert.Single((await journal.Entries.ReadPendingAsync(Connection, 0, new(10, 1000), CancellationToken.None)).Entries);
        Assert.Equal(42, entry.Rule.ListId);
        Assert.Equal([0, 0, (byte)Outcome.Dropped], entry.Outcomes);
        var offset = 0;
        var changes = Enumerable.Range(0, entry.Count).Select(_ => ChangeCodec.Read(entry.Changes, ref offset)).ToArray();
        Assert.Equal([ChangeAction.Add, ChangeAction.Remove, ChangeAction.Add], changes.Select(c => c.Action));
        Assert.Equal(["ann@example.com", "bob@example.com", ""], changes.Select(c => Some.Text(c.Email)));

        var account = await journal.Outcomes.FindAsync(Batch, CancellationToken.None);
        Assert.Equal((3, 1, 2), (account!.Received, account.Dropped, account.Pending));
        Assert.Equal((Reasons.NoEmail, 1), (account.Reasons.Single().Key, account.Reasons.Single().Value));
        var found = Assert.Single(await journal.Outcomes.SearchAsync(new WantedMember(null, "c-3", null), ChangePlace.End, 10, CancellationToken.None));
        Assert.Equal((2, Outcome.Dropped, Reasons.NoEmail), (found.Index, found.Outcome, found.Reason));
        Assert.Equal(2, (await journal.Statuses.ReadAsync([Connection], CancellationToken.None))[Connection].Pending);
    }
}
