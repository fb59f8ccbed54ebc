using Iterable.Client;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Journal;

public sealed class ProjectDirectoryTests
{
    [Fact]
    public async Task Updates_of_one_project_are_applied_one_after_the_other()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.Directory.GetOrAddAsync(NewProject("a-key"), default);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => host.Directory.UpdateAsync(project.Id, p => p with { Name = p.Name + "x" }, default)));

        Assert.True(host.Directory.TryGet(project.Id, out var updated));
        Assert.Equal("Acme" + new string('x', 50), updated.Name);
    }

    [Fact]
    public async Task A_key_for_a_new_project_and_an_existing_one_at_once_goes_to_one_of_them()
    {
        await using var host = await TestService.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var wanted = $"wanted-{round}";
            var old = await host.Directory.GetOrAddAsync(NewProject($"old-{round}"), default);
            var added = host.Directory.GetOrAddAsync(NewProject(wanted), default);
            var taken = Record.ExceptionAsync(() => host.Directory.UpdateAsync(old.Id, p => p.WithApiKey(wanted), default));

            Assert.Equal((await added).Id == old.Id, await taken is null);
            Assert.True(await taken is null or ApiKeyTakenException);
            Assert.True(host.Directory.TryGetByApiKey(wanted, out var owner));
            Assert.Equal((await added).Id, owner.Id);
        }
    }

    [Fact]
    public async Task A_connection_of_a_project_that_is_gone_is_refused()
    {
        await using var host = await TestService.StartAsync();
        await Assert.ThrowsAsync<ProjectGoneException>(() => host.Directory.GetOrAddAsync(NewConnection(ProjectId.New(TimeProvider.System)), default));
    }

    [Fact]
    public async Task A_project_is_never_deleted_while_a_connection_is_being_added()
    {
        await using var host = await TestService.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var project = await host.Directory.GetOrAddAsync(NewProject($"key-{round}"), default);
            var added = Record.ExceptionAsync(() => host.Directory.GetOrAddAsync(NewConnection(project.Id), default));
            var deleted = await host.Directory.TryDeleteAsync(project.Id, default);
            Assert.Equal(deleted, await added is ProjectGoneException);
        }
    }

    [Fact]
    public async Task An_update_that_changes_nothing_writes_and_announces_nothing()
    {
        await using var host = await TestService.StartAsync();
        var project = await host.Directory.GetOrAddAsync(NewProject("a-key"), default);
        var told = 0;
        host.Directory.Changed += _ => told++;
        Assert.Same(project, await host.Directory.UpdateAsync(project.Id, p => p, default));
        Assert.Equal(0, told);
        await host.Directory.UpdateAsync(project.Id, p => p with { Name = "B" }, default);
        Assert.Equal(1, told);
        Assert.Null(await host.Directory.UpdateAsync(ProjectId.New(TimeProvider.System), p => p, default));
    }

    [Fact]
    public async Task Each_key_has_its_own_lock_and_cancelled_waiters_do_not_break_it()
    {
        var locks = new KeyedLock<string>();
        var first = await locks.EnterAsync("a", default);
        (await locks.EnterAsync("b", default)).Dispose();
        using var giveUp = new CancellationTokenSource();
        var second = locks.EnterAsync("a", giveUp.Token);
        var third = locks.EnterAsync("a", default);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.False(third.IsCompleted);
        first.Dispose();
        (await third).Dispose();
    }

    private static Project NewProject(string apiKey) => new()
    {
        Id = ProjectId.New(TimeProvider.System),
        Name = "Acme",
        ApiKey = apiKey,
        DataCenter = IterableDataCenter.Us,
        Type = ProjectType.Hybrid,
        UserId = IdentityRule.CustomerId,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    private static Connection NewConnection(ProjectId project) => new()
    {
        Id = FeedId.New(TimeProvider.System),
        ProjectId = project,
        Name = "VIP",
        Source = Source.Members,
        ListId = 1,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };
}
