using IterableForwarder.Changes;
using IterableForwarder.Journal;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Administration;

public sealed class LongQuestionTests
{
    /// <summary>More than are answered at once.</summary>
    private static readonly int Questions = (2 * Environment.ProcessorCount) + 1;

    [Fact]
    public async Task Questions_that_take_long_keep_nobody_from_pausing_a_connection()
    {
        var search = new SlowSearch();
        await using var host = await TestService.StartAsync(customize: builder => builder.Services.AddSingleton<IMemberSearch>(search));
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var asked = Enumerable.Range(0, Questions).Select(_ => host.PostAsync("/api/v1/members/search", """{"email":"ann@example.com"}""")).ToArray();
        await Eventually.TrueAsync(() => search.Running == Questions - 1);

        Assert.Equal("paused", (string)(await host.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200)["state"]!);
        (await host.GetAsync("/health/ready")).Expect(200);

        search.Answer();
        foreach (var answer in await Task.WhenAll(asked)) Assert.Empty(answer.Expect(200)["items"]!.AsArray());
    }

    private sealed class SlowSearch : IMemberSearch
    {
        private readonly TaskCompletionSource<IReadOnlyList<FoundChange>> _answer = new();
        private int _running;

        public int Running => Volatile.Read(ref _running);

        public void Answer() => _answer.SetResult([]);

        public IReadOnlyList<FoundChange> Find(WantedMember who, ChangePlace before, int limit)
        {
            Interlocked.Increment(ref _running);
            return _answer.Task.Result;
        }
    }
}
