using IterableForwarder.CrashHost;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Journal;

namespace IterableForwarder.Tests.Crash;

/// <summary>What a disk leaves of the database's log when the power goes: its end is torn, and nobody was told that it stood.</summary>
public sealed class TornLogTests
{
    public enum Damage
    {
        HalfAFrame,
        Noise,
        FrameWithAWrongChecksum,
        TransactionWithoutItsCommit,
        TransactionTornInItsLastFrame,
    }

    [Theory]
    [InlineData(Damage.HalfAFrame)]
    [InlineData(Damage.Noise)]
    [InlineData(Damage.FrameWithAWrongChecksum)]
    [InlineData(Damage.TransactionWithoutItsCommit)]
    [InlineData(Damage.TransactionTornInItsLastFrame)]
    public async Task After_the_last_commit_the_log_may_be_damaged_and_nobody_is_lost(Damage damage)
    {
        await using var fleet = await Fleet.StartAsync(new Random(3));
        await using (var service = await fleet.StartServiceAsync())
        {
            var writing = fleet.WriteAsync(service, 0);
            await Eventually.TrueAsync(() => fleet.Accepted > 50);
            await service.KillAsync();
            await writing;
        }

        var log = WriteAheadLog.Of(fleet.Folder);
        Assert.NotEqual(32, log.End);
        log.Append(damage switch
        {
            Damage.HalfAFrame => log.CopyOfLastFrame().AsSpan(0, 2000),
            Damage.Noise => Noise(),
            Damage.FrameWithAWrongChecksum => log.CopyOfLastFrame(),
            Damage.TransactionWithoutItsCommit => log.UncommittedFrames(3),
            Damage.TransactionTornInItsLastFrame => log.UncommittedFrames(3).AsSpan()[..^1000],
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        });

        await using var restarted = await fleet.StartServiceAsync();
        await fleet.ComeToRestAsync(restarted, 1);
        (await Verdict.OfAsync(fleet, restarted)).Demand();
    }

    [Fact]
    public async Task A_commit_that_was_not_confirmed_may_be_torn_and_is_repaired_by_sending_again()
    {
        await using var fleet = await Fleet.StartAsync(new Random(4));
        var connection = fleet.Writers[0].Connection;
        await using (var service = await fleet.StartServiceAsync(ServiceProcess.CrashHost, ("Crash:At", $"{Step.Accepted}:6")))
        {
            // nothing else is to be written behind the last batch
            await service.PostAsync($"/api/v1/connections/{connection}/pause", new { });
            for (var i = 0; i < 5; i++) Assert.Equal(202, (await service.SendAsync(Batch(connection, i)))?.Status);
            Assert.Null(await service.SendAsync(Batch(connection, 5)));
            Assert.True(await service.EndsWithinAsync(TimeSpan.FromSeconds(30)));
        }

        WriteAheadLog.Of(fleet.Folder).SpoilLastFrame();

        await using var restarted = await fleet.StartServiceAsync();
        var kept = await restarted.GetAsync($"/api/v1/batches?connectionId={connection}");
        Assert.Equal(5, kept["items"]!.AsArray().Count);
        Assert.Equal(202, (await restarted.SendAsync(Batch(connection, 5)))?.Status);
        await restarted.PostAsync($"/api/v1/connections/{connection}/resume", new { });
        await fleet.ComeToRestAsync(restarted, 0);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"m{i}@example.com"), fleet.Sandbox.State.Members(fleet.Lists[fleet.Writers[0]]).Select(m => m.Email));
    }

    private static HttpRequestMessage Batch(string connection, int number) => new WriterRequest
    {
        Path = $"/api/v1/connections/{connection}/members",
        Body = $$"""{"changes":[{{Wire.Add($"m{number}@example.com")}}]}""",
        Key = $"batch {number}",
        Effects = new Dictionary<WrittenMember, bool>(),
        Received = 1,
    }.ToMessage();

    private static byte[] Noise()
    {
        var noise = new byte[10_000];
        new Random(5).NextBytes(noise);
        return noise;
    }
}
