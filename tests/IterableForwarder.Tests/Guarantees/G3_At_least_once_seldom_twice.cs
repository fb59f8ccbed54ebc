using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G3_At_least_once_seldom_twice
{
    [Fact]
    public async Task A_call_whose_answer_was_lost_is_repeated()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.AppliedThenLost, Path = "/api/lists/subscribe", Times = 1 });

        var account = await pipeline.CompletedAsync(await pipeline.PostAsync(connection, Wire.Add("a@x.com")));

        Assert.Equal(1, (long)account["counts"]!["delivered"]!);
        Assert.Equal(2, Assert.Single(pipeline.Sandbox.State.Sends(list)).Adds);
    }

    [Fact]
    public async Task A_settled_member_is_not_sent_again_because_another_one_failed()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe", WhenBodyContains = "m1999@", Times = 8 });

        var changes = Enumerable.Range(0, 2000).Select(i => Wire.Add($"m{i}@x.com")).ToArray();
        await pipeline.CompletedAsync(await pipeline.PostAsync(connection, changes));

        Assert.Equal(2000, pipeline.EmailsOn(list).Length);
        Assert.All(pipeline.Sandbox.State.Sends(list), sends => Assert.Equal(1, sends.Adds));
    }
}
