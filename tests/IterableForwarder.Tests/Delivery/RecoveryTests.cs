using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Delivery;

/// <summary>Whatever goes wrong inside, delivery comes back by itself, and the order of changes holds.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task A_backlog_that_cannot_be_read_at_the_start_is_delivered_once_it_can()
    {
        await using var faulty = await Faulty.CreateAsync();
        var batch = await faulty.Pipeline.PostAsync(faulty.Connection, Wire.Add("a@x.com"));
        faulty.Journal.Fail(backlog: 1);
        await faulty.StartAsync();

        await faulty.Pipeline.CompletedAsync(batch);

        Assert.Equal(["a@x.com"], faulty.Emails);
    }

    [Fact]
    public async Task A_project_whose_journal_cannot_be_read_for_a_while_is_delivered_once_it_can()
    {
        await using var faulty = await Faulty.CreateAsync();
        await faulty.StartAsync();
        faulty.Journal.Fail(backlog: 1, pending: 1);

        await faulty.Pipeline.CompletedAsync(await faulty.Pipeline.PostAsync(faulty.Connection, Wire.Add("a@x.com")));

        Assert.Equal(["a@x.com"], faulty.Emails);
    }

    [Fact]
    public async Task A_settlement_that_fails_in_an_unknown_way_leaves_nobody_pending()
    {
        await using var faulty = await Faulty.CreateAsync();
        await faulty.StartAsync();
        faulty.Journal.Fail(settle: 1);

        await faulty.Pipeline.CompletedAsync(await faulty.Pipeline.PostAsync(faulty.Connection, Wire.Add("a@x.com")));

        Assert.Equal(["a@x.com"], faulty.Emails);
    }

    [Fact]
    public async Task No_dispatcher_sends_while_a_call_of_the_one_before_may_still_land()
    {
        await using var faulty = await Faulty.CreateAsync();
        await faulty.StartAsync();
        var sandbox = faulty.Pipeline.Sandbox.State;
        // longer than a dispatcher that failed takes to start again
        sandbox.AddFault(new Fault { Kind = FaultKind.Delay, DelayMilliseconds = 12_000, Path = "/api/lists/subscribe", Times = 1 });
        await faulty.Pipeline.PostAsync(faulty.Connection, Wire.Add("a@x.com"));
        await sandbox.WaitForCallsAsync(1, "/api/lists/subscribe");
        // what cannot be written down in an unknown way ends the dispatcher
        faulty.Journal.Fail(settle: 1);
        await faulty.Pipeline.PostAsync((await faulty.Pipeline.ConnectAsync()).Connection, Wire.Add("b@x.com"));
        await sandbox.WaitForCallsAsync(2, "/api/lists/subscribe");

        await faulty.Pipeline.CompletedAsync(await faulty.Pipeline.PostAsync(faulty.Connection, Wire.Remove("a@x.com")));

        await Eventually.TrueAsync(() => sandbox.Sends(faulty.List).Any(sends => sends.Adds > 0));
        Assert.Empty(faulty.Emails);
    }

    /// <summary>The service, its own delivery exchanged for one whose journal can be made to fail.</summary>
    private sealed class Faulty(Pipeline pipeline, string connection, long list, FaultyJournal journal, ExchangedDelivery delivery) : IAsyncDisposable
    {
        public Pipeline Pipeline => pipeline;

        public string Connection => connection;

        public long List => list;

        public FaultyJournal Journal => journal;

        public string[] Emails => pipeline.EmailsOn(list);

        public static async Task<Faulty> CreateAsync()
        {
            var pipeline = await Pipeline.StartAsync();
            var (connection, list) = await pipeline.ConnectAsync();
            var (delivery, journal) = await ExchangedDelivery.WithFaultyJournalAsync(pipeline);
            return new(pipeline, connection, list, journal, delivery);
        }

        /// <summary>Returns once the backlog has been asked for.</summary>
        public async Task StartAsync()
        {
            await delivery.StartAsync();
            await Eventually.TrueAsync(() => journal.BacklogReads > 0);
        }

        public async ValueTask DisposeAsync()
        {
            await delivery.DisposeAsync();
            await pipeline.DisposeAsync();
        }
    }
}
