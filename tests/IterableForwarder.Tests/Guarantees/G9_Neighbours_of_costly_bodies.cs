using System.Diagnostics;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>How long others wait while a tenant posts the most costly bodies of a format one after the other, two at a time.</summary>
[Trait("Category", "Nightly")]
public sealed class G9_Neighbours_of_costly_bodies : CostlyBodyTests
{
    private const string ApiKey = "neighbour-key";
    private const int Samples = 100;
    private const int Warmups = 5;

    private static readonly TimeSpan MaxAccepted = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelivered = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(50);

    private string _neighbour = "";
    private long _list;

    private protected override async Task PrepareAsync()
    {
        await base.PrepareAsync();
        _list = Sandbox.State.AddList(ApiKey, "list").Id;
        var project = (string)(await Service.PostAsync("/api/v1/projects", new { name = "q", apiKey = ApiKey, budgets = new { lists = 1000 } }))["id"]!;
        _neighbour = (string)(await Service.PostAsync("/api/v1/connections", new { projectId = project, name = "n", listId = _list }))["id"]!;
    }

    [ReleaseTheory]
    [MemberData(nameof(CostlyBodies.Kinds), MemberType = typeof(CostlyBodies))]
    [InlineData(CostlyBodies.Preview)]
    public async Task Others_are_answered_within_250_ms_and_delivered_within_a_second(string kind)
    {
        // what the code costs at first, while it is compiled, it costs here
        for (var i = 0; i < Warmups; i++) await PostAsync(kind);
        await DeliveredAsync("first@example.com");
        using var isOver = new CancellationTokenSource();
        var costly = Task.WhenAll(Enumerable.Range(0, 2).Select(_ => PostUntilAsync(kind, isOver.Token)));

        var (accepted, alive, delivered) = (new List<TimeSpan>(), new List<TimeSpan>(), new List<Task<TimeSpan>>());
        for (var i = 0; i < Samples; i++)
        {
            var email = $"{i}-{Guid.NewGuid():N}@example.com";
            accepted.Add(await TookAsync(() => AcceptAsync(email)));
            delivered.Add(TookAsync(() => OnListAsync(email)));
            alive.Add(await TookAsync(() => Service.SendAsync(new(HttpMethod.Get, "/health/live"))));
            await Task.Delay(Between, TimeProvider.System, CancellationToken.None);
        }
        var deliveredIn = await Task.WhenAll(delivered);
        await isOver.CancelAsync();
        var posted = (await costly).Sum();

        Assert.True(posted > 1, $"{posted} bodies were posted meanwhile: not enough to say anything");
        Assert.True(At99(accepted) < MaxAccepted, $"accepted within {At99(accepted).TotalMilliseconds:F0} ms, beside {posted} bodies");
        Assert.True(At99(alive) < MaxAccepted, $"alive within {At99(alive).TotalMilliseconds:F0} ms, beside {posted} bodies");
        Assert.True(At99(deliveredIn) < MaxDelivered, $"delivered within {At99(deliveredIn).TotalMilliseconds:F0} ms, beside {posted} bodies");
    }

    private async Task<int> PostUntilAsync(string kind, CancellationToken isOver)
    {
        var posted = 0;
        for (; !isOver.IsCancellationRequested; posted++) await PostAsync(kind);
        return posted;
    }

    /// <summary>429: more is pending than the connection may have.</summary>
    private Task<int> PostAsync(string kind) => PostAsync(kind, 200, 202, 429, 503);

    private async Task DeliveredAsync(string email)
    {
        await AcceptAsync(email);
        await OnListAsync(email);
    }

    private async Task AcceptAsync(string email) =>
        await Service.PostAsync($"/api/v1/connections/{_neighbour}/members", new { changes = new[] { new { action = "add", email } } });

    private async Task OnListAsync(string email) => await Eventually.GetAsync(
        () => Task.FromResult(Sandbox.State.Members(_list).Any(m => m.Email == email)), isThere => isThere, TimeSpan.FromSeconds(60));

    private static async Task<TimeSpan> TookAsync(Func<Task> action)
    {
        var start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start);
    }

    private static TimeSpan At99(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().ToList();
        return sorted[(int)Math.Ceiling(sorted.Count * 0.99) - 1];
    }
}
