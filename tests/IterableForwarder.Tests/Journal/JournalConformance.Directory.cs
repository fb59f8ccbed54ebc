using IterableForwarder.Changes;
using IterableForwarder.Journal.Settings;

namespace IterableForwarder.Tests.Journal;

public abstract partial class JournalConformance
{
    [Fact]
    public async Task Projects_and_connections_are_there_after_a_crash_as_they_were()
    {
        var project = await Journal.Directory.GetOrAddAsync(ProjectOf("key 1"), CancellationToken.None);
        var connection = await Journal.Directory.GetOrAddAsync(ConnectionOf(project, "audience"), CancellationToken.None);
        await Journal.Directory.UpdateFlowAsync(connection.Id, f => f with { Pause = new HoldCause(HoldCause.Paused, "lunch", "me", Clock.GetUtcNow()) }, CancellationToken.None);

        await CrashAndOpenAsync();

        Assert.True(Journal.Directory.TryGet(project.Id, out var found));
        Assert.Equal(project, found);
        Assert.Equal("key 1", found.ApiKey);
        Assert.True(Journal.Directory.TryGetByAudience(project.Id, Source.Members, "audience", out var paused));
        Assert.Equal((connection.Id, connection.ListId, "lunch"), (paused.Id, paused.ListId, paused.Flow.Pause?.Detail));
        Assert.Equal(connection.Attributes, paused.Attributes);
    }

    [Fact]
    public async Task Of_many_created_for_one_key_or_one_audience_at_once_one_is_kept()
    {
        var projects = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Journal.Directory.GetOrAddAsync(ProjectOf("key 1"), CancellationToken.None))));
        var project = Assert.Single(projects.Distinct());
        var connections = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Journal.Directory.GetOrAddAsync(ConnectionOf(project, "a"), CancellationToken.None))));

        Assert.Single(connections.Select(c => c.Id).Distinct());
        Assert.Single(Journal.Directory.ConnectionsOf(project.Id));
    }

    [Fact]
    public async Task Of_connections_created_together_each_audience_gets_one_however_many_requests_create_them_at_once()
    {
        var project = await Journal.Directory.GetOrAddAsync(ProjectOf("key 1"), CancellationToken.None);
        var known = await Journal.Directory.GetOrAddAsync(ConnectionOf(project, "audience 7"), CancellationToken.None);

        // more than a commit takes, in either order, and one of them twice
        var created = await Task.WhenAll(Enumerable.Range(0, 4).Select(request => Task.Run(() => Journal.Directory.GetOrAddAsync(
            [.. Enumerable.Range(0, 1200).Select(n => request % 2 == 0 ? n : 1199 - n).Append(3).Select(n => ConnectionOf(project, $"audience {n}"))], CancellationToken.None))));

        Assert.All(created, connections =>
        {
            Assert.Equal(1201, connections.Count);
            Assert.All(connections, c => Assert.True(Journal.Directory.TryGetByAudience(project.Id, c.Source, c.AudienceId!, out var stored) && stored.Id == c.Id));
        });
        Assert.Equal(known.Id, created[0][7].Id);
        Assert.Equal(1200, Journal.Directory.ConnectionsOf(project.Id).Count);
        await CrashAndOpenAsync();
        Assert.Equal(1200, Journal.Directory.ConnectionsOf(project.Id).Count);
    }

    [Fact]
    public async Task Of_connections_for_a_project_that_is_gone_none_is_stored()
    {
        var project = ProjectOf("never stored");

        await Assert.ThrowsAsync<ProjectGoneException>(() => Journal.Directory.GetOrAddAsync([ConnectionOf(project, "a"), ConnectionOf(project, "b")], CancellationToken.None));

        Assert.Empty(Journal.Directory.ConnectionsOf(project.Id));
        Assert.False(Journal.Directory.TryGetByAudience(project.Id, Source.Members, "a", out _));
    }

    [Fact]
    public async Task Updates_at_once_are_applied_one_after_the_other()
    {
        var project = await Journal.Directory.GetOrAddAsync(ProjectOf("key 1"), CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(
            () => Journal.Directory.UpdateAsync(project.Id, p => p with { Name = p.Name + "." }, CancellationToken.None))));

        Assert.True(Journal.Directory.TryGet(project.Id, out var updated));
        Assert.Equal(project.Name + new string('.', 50), updated.Name);
    }

    [Fact]
    public async Task A_connection_with_pending_changes_cannot_be_deleted_and_its_history_is_deleted_with_it()
    {
        var project = await Journal.Directory.GetOrAddAsync(ProjectOf("key 1"), CancellationToken.None);
        var connection = await Journal.Directory.GetOrAddAsync(ConnectionOf(project, "a"), CancellationToken.None);
        var batch = await AcceptAsync(BatchOf(People(2)) with { ProjectId = project.Id, FeedId = connection.Id });

        Assert.False(await Journal.Directory.TryDeleteAsync(connection.Id, CancellationToken.None));
        Assert.False(await Journal.Directory.TryDeleteAsync(project.Id, CancellationToken.None));

        await Journal.Entries.SettleAsync([Settlement(Assert.Single(await PendingAsync(connection: connection.Id)), delivered: 2, completed: true)]);
        Assert.True(await Journal.Directory.TryDeleteAsync(connection.Id, CancellationToken.None));
        Assert.Null(await Journal.Outcomes.FindAsync(batch.Id, CancellationToken.None));
        Assert.Equal(IterableForwarder.Journal.FeedStatus.None, await StatusAsync(connection.Id));
        Assert.True(await Journal.Directory.TryDeleteAsync(project.Id, CancellationToken.None));
        Assert.DoesNotContain(Journal.Directory.Projects, p => p.Id == project.Id);
    }

    private Project ProjectOf(string apiKey) => SomeSettings.Project(ProjectId.New(Clock), apiKey);

    private Connection ConnectionOf(Project project, string audience) => SomeSettings.Connection(FeedId.New(Clock), project.Id, audience);
}
