using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

public sealed class G8_One_bad_member_harms_nobody_else
{
    [Fact]
    public async Task A_request_refused_because_of_one_member_is_narrowed_down_to_that_member()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        pipeline.Sandbox.State.AddFault(new Fault
        {
            Kind = FaultKind.Status,
            Status = 400,
            Code = "UniqueFieldsLimitExceeded",
            Message = "too many",
            WhenBodyContains = "m617@",
        });

        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 1000).Select(i => Wire.Add($"m{i}@x.com"))]);
        var account = await pipeline.CompletedAsync(batch);

        Assert.Equal("""{"received":1000,"delivered":999,"superseded":0,"dropped":0,"rejected":1,"pending":0}""", account["counts"]!.ToJsonString());
        Assert.Equal(999, pipeline.EmailsOn(list).Length);
        var rejected = (await pipeline.Service.GetAsync($"/api/v1/batches/{batch}/members")).Expect(200)["items"]![0]!;
        Assert.Equal("m617@x.com", (string)rejected["email"]!);
        Assert.Equal("refused", (string)rejected["reason"]!);
        Assert.Equal("UniqueFieldsLimitExceeded: too many", (string)rejected["detail"]!);
        Assert.InRange(pipeline.Sandbox.State.CallsReceived("/api/lists/subscribe"), 1, (2 * 10) + 5);
    }

    [Fact]
    public async Task A_request_refused_for_a_reason_of_its_own_rejects_nobody_and_holds_the_connection()
    {
        await using var pipeline = await Pipeline.StartAsync();
        var (connection, list) = await pipeline.ConnectAsync();
        var fault = pipeline.Sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 400, Code = "BadParams", Message = "campaign", Path = "/api/lists/subscribe" });
        var batch = await pipeline.PostAsync(connection, [.. Enumerable.Range(0, 64).Select(i => Wire.Add($"m{i}@x.com"))]);

        var held = await pipeline.ConnectionAsync(connection, c => (string)c["state"]! == "held");

        Assert.Equal("requestRefused", (string)held["holdReason"]!);
        Assert.Equal(64, (long)held["status"]!["pending"]!);
        Assert.Equal(0, (long)held["status"]!["rejected"]!);
        pipeline.Sandbox.State.RemoveFault(fault);
        (await pipeline.Service.PostAsync($"/api/v1/connections/{connection}/resume")).Expect(200);
        await pipeline.CompletedAsync(batch);
        Assert.Equal(64, pipeline.EmailsOn(list).Length);
    }
}
