using IterableForwarder.Hosting;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace IterableForwarder.Tests.Journal;

/// <summary>Over HTTP: what is old is gone, pending changes stay, and the counts know of both.</summary>
public sealed class RetentionTests
{
    private readonly SettableClock _clock = new();

    [Fact]
    public async Task A_batch_is_gone_after_the_retention_and_its_connection_still_counts_it()
    {
        await using var pipeline = await StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var (held, _) = await pipeline.ConnectAsync();
        (await pipeline.Service.PostAsync($"/api/v1/connections/{held}/pause")).Expect(200);
        var old = await pipeline.PostAsync(connection, Wire.Add("ann@example.com"), """{"action":"add","customerId":"c-1"}""");
        var owed = await pipeline.PostAsync(held, Wire.Add("ben@example.com"));
        await pipeline.CompletedAsync(old);

        _clock.SetForward(TimeSpan.FromDays(8));

        await Eventually.GetAsync(() => pipeline.Service.GetAsync($"/api/v1/batches/{old}"), a => a.Status == 404, TimeSpan.FromSeconds(30));
        (await pipeline.Service.GetAsync($"/api/v1/batches/{old}/members")).ExpectProblem(404);
        var status = (await pipeline.ConnectionAsync(connection, _ => true))["status"]!;
        Assert.Equal((1, 1, 0), ((long)status["delivered"]!, (long)status["dropped"]!, (long)status["pending"]!));
        Assert.Equal(1, (long)(await pipeline.BatchAsync(owed))["counts"]!["pending"]!);

        (await pipeline.Service.PostAsync($"/api/v1/connections/{held}/resume")).Expect(200);
        await pipeline.CompletedAsync(owed);
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("eve@example.com")));
        Assert.Equal(["ann@example.com", "eve@example.com"], pipeline.EmailsOn(list));
        // said once the last step of that round is done
        await Eventually.TrueAsync(() => pipeline.Service.Logs.Any(line => line.StartsWith("Information Purged 1 batches", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_retention_is_a_day_at_least()
    {
        var settings = new Dictionary<string, string?>(TestService.Keys()) { ["Storage:Retention"] = "23:00:00" };

        var refused = Assert.Throws<StartRefusedException>(() => TestService.Create("Production", settings));

        Assert.Contains("Retention", refused.Message, StringComparison.Ordinal);
    }

    private Task<Pipeline> StartAsync() => Pipeline.StartAsync(
        customize: builder => builder.Services.AddSingleton<TimeProvider>(_clock), settings: ("Storage:PurgeEvery", "00:00:00.020"));
}
