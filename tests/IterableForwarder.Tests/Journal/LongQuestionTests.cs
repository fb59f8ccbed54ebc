using IterableForwarder.Journal.Sqlite;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

public sealed class LongQuestionTests
{
    [Fact]
    public async Task Slow_reads_do_not_delay_the_pause_of_a_connection()
    {
        await using var host = await TestService.StartAsync();
        var connection = await host.AddConnectionAsync(await host.AddProjectAsync());
        var readers = host.Services.GetRequiredService<SqliteReaders>().LongQuestions;
        using var answered = new ManualResetEventSlim();
        var running = 0;
        var walks = Enumerable.Range(0, readers.MaxConcurrency).Select(_ => readers.ReadAsync(Walk, CancellationToken.None)).ToArray();
        await Eventually.TrueAsync(() => Volatile.Read(ref running) == readers.MaxConcurrency);
        var waiting = host.GetAsync($"/api/v1/batches?connectionId={connection}");

        Assert.Equal("paused", (string)(await host.PostAsync($"/api/v1/connections/{connection}/pause")).Expect(200)["state"]!);
        (await host.GetAsync("/health/ready")).Expect(200);
        Assert.Single((await host.GetAsync($"/api/v1/connections/{connection}/history")).Expect(200)["items"]!.AsArray());
        Assert.False(waiting.IsCompleted);

        answered.Set();
        await Task.WhenAll(walks);
        Assert.Empty((await waiting).Expect(200)["items"]!.AsArray());

        bool Walk(SqliteSession session)
        {
            Interlocked.Increment(ref running);
            answered.Wait();
            return true;
        }
    }
}
