using System.Text;
using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Settings;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public sealed class DiscardTests
{
    [Fact]
    public async Task Chunks_that_were_accepted_after_all_are_not_discarded()
    {
        await using var service = await TestService.StartAsync();
        var project = await service.AddProjectAsync();
        Assert.True(FeedId.TryParse(await service.AddConnectionAsync(project), out var connection));
        Assert.True(ProjectId.TryParse(project, out var projectId));
        (await service.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200);
        var journal = service.Services.GetRequiredService<IEntryJournal>();
        var rule = new EntryRule(42, new MappingRule(ProjectType.Hybrid, IdentityRule.CustomerId, []));
        var builder = new ChunkBuilder(TimeProvider.System.GetUtcNow());
        builder.Add(new Change { Action = ChangeAction.Add, Email = Encoding.UTF8.GetBytes("a@x.com") });
        var chunk = await journal.StageAsync(projectId, builder.Seal(rule));
        await journal.AcceptAsync(
            [
                new NewBatch
                {
                    Id = BatchId.New(TimeProvider.System), ProjectId = projectId, FeedId = connection, Source = Source.Members,
                    Rule = rule, ReceivedAt = TimeProvider.System.GetUtcNow(), Chunks = [chunk],
                },
            ],
            null);

        // as a request does that was told of a failure when the commit had reached the disk
        await journal.DiscardAsync([chunk]);

        Assert.Single((await journal.ReadPendingAsync(connection, 0, new(10, 1000), CancellationToken.None)).Entries);
    }
}
