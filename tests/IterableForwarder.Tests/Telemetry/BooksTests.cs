using System.Diagnostics.Metrics;
using IterableForwarder.Changes;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Telemetry;

/// <summary>Accepted less settled is what is pending less what was pending at the start: in every scrape, whatever happens meanwhile.</summary>
public sealed class BooksTests
{
    private const string Key = "iterable-key-0001";
    private const int Writers = 3;
    private const int Rounds = 15;
    private const int Backlog = 7;

    [Fact]
    public async Task Every_scrape_adds_up_while_changes_are_accepted_dropped_refused_superseded_replayed_and_pending_over_a_restart()
    {
        await using var host = await ForwarderFixture.StartAsync(Scrape.AlwaysFresh);
        var project = (await host.PostAsync("/api/v1/projects", $$$"""{"name":"Acme","apiKey":"{{{Key}}}","budgets":{"lists":1000,"users":5,"events":10}}""")).Expect(201)["id"]!.GetValue<string>();
        host.Iterable.Forget(Key, email: "gone@x.com");
        var (flowing, paused) = (await ConnectAsync(host, project), await ConnectAsync(host, project));
        (await host.PostAsync($"/api/v1/connections/{paused}/pause", "{}")).Expect(200);

        var before = await WhileScrapingAsync(host, async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(host, flowing, writer)));
            await MakeAndDeleteAsync(host, project);
            await PostAsync(host, paused, [.. Enumerable.Range(0, Backlog).Select(i => Wire.Add($"later{i}@x.com"))]);
            await SettledAsync(host, flowing);
            (await host.PostAsync($"/api/v1/connections/{flowing}/replay", """{"outcomes":["rejected","dropped"]}""")).Expect(200);
            await SettledAsync(host, flowing);
        });
        var last = before[^1];
        Assert.True(before.Select(s => s.Accepted).Distinct().Count() > 5, $"{before.Count} scrapes saw too little of it");
        Assert.Equal((Backlog, 0), (last.Pending, last.PendingAtStart));
        // a request sent again is answered again, and counts once
        Assert.Equal((4 * Writers * Rounds) + Backlog + 1, last.Sum("forwarder_changes_accepted_total", "source=\"members\""));
        var (forgotten, replayed) = (Sum(last, "Rejected", "forgotten"), last.Sum("forwarder_changes_accepted_total", "source=\"replay\""));
        Assert.InRange(forgotten, 2, replayed);
        Assert.Equal(2 * Writers * Rounds, Sum(last, "Dropped", "noEmail"));
        Assert.InRange(Sum(last, "Superseded", ""), Writers * Rounds, 2 * Writers * Rounds);

        await host.RestartAsync();
        // before anything is accepted again
        var restarted = await Scrape.OfAsync(host.GetAsync);
        var after = await WhileScrapingAsync(host, async () =>
        {
            await WriteAsync(host, flowing, Writers);
            (await host.PostAsync($"/api/v1/connections/{paused}/resume", "{}")).Expect(200);
            await SettledAsync(host, flowing);
            await SettledAsync(host, paused);
        });
        Assert.Equal(Backlog, restarted.PendingAtStart);
        Assert.Equal((0, Backlog, -Backlog), (after[^1].Pending, after[^1].PendingAtStart, after[^1].Open));
        Assert.Equal(LastAccepted(last), LastAccepted(restarted), tolerance: 0.001);
    }

    [Fact]
    public void One_collection_reads_one_state_though_the_books_change_between_two_instruments()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<PendingCounts>().AddSingleton<BookMetrics>().BuildServiceProvider();
        var (counts, connection) = (services.GetRequiredService<PendingCounts>(), new FeedId(Guid.NewGuid()));
        counts.Load([new CountedChanges(connection, 5)]);
        services.GetRequiredService<BookMetrics>();
        var sums = new Dictionary<string, long>();
        // the instruments of other hosts in this process are published too
        var own = services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == own) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            sums[instrument.Name] = sums.GetValueOrDefault(instrument.Name) + value;
            counts.Settle(new([new(connection, 1)], [new(new(Outcome.Delivered), 1)]));
            counts.Accept(new([new(connection, 2)], [(new Bringer(null), 3, default)], [new(new(Outcome.Dropped, Reasons.NoEmail), 1)]), areReserved: false);
        });
        listener.Start();

        for (var collection = 0; collection < 3; collection++)
        {
            sums.Clear();
            listener.RecordObservableInstruments();
            Assert.Equal(
                sums["forwarder.changes.accepted"] - sums["forwarder.changes.settled"],
                sums["forwarder.changes.pending"] - sums["forwarder.changes.pending.at_start"]);
            Assert.Equal(5, sums["forwarder.changes.pending.at_start"]);
            Assert.Equal(collection > 0, sums["forwarder.changes.accepted"] > 0);
        }
    }

    [Fact]
    public void Every_reason_is_one_of_our_rules_or_one_of_Iterables_and_has_its_series()
    {
        var words = typeof(Reasons).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!);

        Assert.Equal(words.Order(StringComparer.Ordinal), Reasons.OfDropped.Concat(Reasons.OfRejected).Order(StringComparer.Ordinal));
        Assert.Equal(2 + Reasons.OfDropped.Count + Reasons.OfRejected.Count, Ending.All.Count);
    }

    /// <summary>Scrapes in a tight loop while something is done, and once more after it. Every one of them must close.</summary>
    private static async Task<List<Scrape>> WhileScrapingAsync(ForwarderFixture host, Func<Task> work)
    {
        var scrapes = new List<Scrape>();
        var done = Task.Run(work);
        bool isLast;
        do
        {
            isLast = done.IsCompleted;
            var scrape = await Scrape.OfAsync(host.GetAsync);
            Assert.True(scrape.Open == scrape.Pending - scrape.PendingAtStart, scrape.ToString());
            scrapes.Add(scrape);
        }
        while (!isLast);
        await done;
        return scrapes;
    }

    /// <summary>In each round one who is delivered and makes another needless, one whom Iterable refuses, and one who has no e-mail; each request twice.</summary>
    private static async Task WriteAsync(ForwarderFixture host, string connection, int writer)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var email = $"w{writer}r{round}@x.com";
            string[] changes = [Wire.Add(email), Wire.Remove(email), Wire.Add("gone@x.com"), """{"action":"add","customerId":"c-1"}"""];
            for (var time = 0; time < 2; time++) await PostAsync(host, connection, changes, email);
        }
    }

    private static async Task MakeAndDeleteAsync(ForwarderFixture host, string project)
    {
        var connection = await ConnectAsync(host, project);
        await PostAsync(host, connection, [Wire.Add("short@x.com")]);
        await SettledAsync(host, connection);
        (await host.SendAsync(HttpMethod.Delete, $"/api/v1/connections/{connection}")).Expect(204);
    }

    private static async Task PostAsync(ForwarderFixture host, string connection, string[] changes, string? idempotencyKey = null)
    {
        using var content = ForwarderFixture.Json($$"""{"changes":[{{string.Join(',', changes)}}]}""");
        if (idempotencyKey is not null) content.Headers.Add("Idempotency-Key", idempotencyKey);
        (await host.SendAsync(HttpMethod.Post, $"/api/v1/connections/{connection}/members", content)).Expect(202);
    }

    private static async Task<string> ConnectAsync(ForwarderFixture host, string project)
    {
        var list = host.Iterable.AddList(Key, "list").Id;
        return (await host.PostAsync("/api/v1/connections", $$"""{"projectId":"{{project}}","name":"VIP","listId":{{list}}}""")).Expect(201)["id"]!.GetValue<string>();
    }

    private static Task<ServiceResponse> SettledAsync(ForwarderFixture host, string connection) =>
        host.UntilAsync($"/api/v1/connections/{connection}", a => a.Json["status"]!["pending"]!.GetValue<long>() == 0);

    private static double LastAccepted(Scrape scrape) => scrape.Sum("forwarder_source_last_accepted_timestamp_seconds", "source=\"members\"");

    private static double Sum(Scrape scrape, string outcome, string reason) =>
        scrape.Sum("forwarder_changes_settled_total", $"outcome=\"{outcome}\"", $"reason=\"{reason}\"");
}
