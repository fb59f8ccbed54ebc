using System.Text.Json.Nodes;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>A day of a connection of its own, on which the store may fail: whatever is answered with 503 is sent again.</summary>
internal sealed class FaultyDay(Pipeline pipeline, string connection, long list, string name)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<string> _batches = [];
    private readonly Dictionary<string, bool> _isOnList = new(StringComparer.Ordinal);
    private int _accepted;

    public static async Task<FaultyDay> BeginAsync(Pipeline pipeline, string name)
    {
        var (connection, list) = await pipeline.ConnectAsync();
        return new(pipeline, connection, list, name);
    }

    /// <summary>Until all is delivered.</summary>
    public async Task RunAsync(FaultyScript script)
    {
        foreach (var act in script.Acts) await DoAsync(act);
        await DoAsync(new FaultyScript.Act.Switch("resume"));
        foreach (var batch in _batches)
            await Eventually.GetAsync(() => RepeatAsync(() => pipeline.Service.GetAsync($"/api/v1/batches/{batch}")), b => (string)b.Json["state"]! == "completed", Patience);
    }

    public async Task CheckAsync(string what)
    {
        string[] expected = [.. _isOnList.Where(p => p.Value).Select(p => p.Key).Order(StringComparer.Ordinal)];
        Assert.True(expected.SequenceEqual(pipeline.EmailsOn(list)), $"{string.Join(", ", pipeline.EmailsOn(list))} are on the list instead of {string.Join(", ", expected)} after {what}");
        // each member is delivered at least once, or was superseded: the sums of all batches say so
        var counts = new List<JsonNode>();
        foreach (var batch in _batches) counts.Add((await pipeline.BatchAsync(batch))["counts"]!);
        long Sum(string name) => counts.Sum(c => (long)c[name]!);
        Assert.True((Sum("received"), Sum("delivered") + Sum("superseded"), Sum("pending")) == (_accepted, _accepted, 0), $"{string.Join(", ", counts)} after {what}");
        var status = (await pipeline.ConnectionAsync(connection, _ => true))["status"]!;
        Assert.True(((long)status["delivered"]! + (long)status["superseded"]!, (long)status["pending"]!) == (_accepted, 0), $"{status} after {what}");
    }

    private Task DoAsync(FaultyScript.Act act) => act switch
    {
        FaultyScript.Act.Accept accept => AcceptAsync(accept),
        FaultyScript.Act.Switch to => RepeatAsync(() => pipeline.Service.PostAsync($"/api/v1/connections/{connection}/{to.Operation}")),
        FaultyScript.Act.Rename rename => RepeatAsync(() => pipeline.Service.PatchAsync($"/api/v1/connections/{connection}", $$"""{"name":"{{rename.Name}}"}""")),
        _ => LookAsync(),
    };

    private async Task LookAsync()
    {
        await RepeatAsync(() => pipeline.Service.PostAsync("/api/v1/members/search", """{"email":"p1@x.com"}"""));
        await RepeatAsync(() => pipeline.Service.PostAsync($"/api/v1/connections/{connection}/replay", """{"dryRun":true}"""));
    }

    /// <summary>As a sender does: the same request again, under its key, until it is accepted.</summary>
    private async Task AcceptAsync(FaultyScript.Act.Accept accept)
    {
        var key = $"batch {_batches.Count} of day {name}";
        var accepted = await RepeatAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/connections/{connection}/members")
            {
                Content = ForwarderFixture.Json(accept.Json),
                Headers = { { "Authorization", $"Bearer {TestService.OperatorKey}" }, { "Idempotency-Key", key } },
            };
            using var response = await pipeline.Service.Http.SendAsync(request);
            return await ServiceResponse.OfAsync(response);
        });
        _batches.Add((string)accepted.Json["batchId"]!);
        _accepted += accept.Changes.Count;
        foreach (var (email, adds) in accept.Changes) _isOnList[email] = adds;
    }

    /// <summary>503 says that nothing was done, or that it is not known: every request here may be sent twice.</summary>
    private static async Task<ServiceResponse> RepeatAsync(Func<Task<ServiceResponse>> send)
    {
        var response = await Eventually.GetAsync(send, r => r.Status != 503, Patience);
        Assert.True(response.Status is 200 or 202, response.ToString());
        return response;
    }
}
