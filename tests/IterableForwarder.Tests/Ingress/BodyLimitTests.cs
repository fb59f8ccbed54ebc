using System.Text;
using IterableForwarder.Ingress;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Journal.Limits;
using IterableForwarder.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace IterableForwarder.Tests.Ingress;

/// <summary>What a body may cost before anything is known of it: memory, and bytes after decompression.</summary>
public sealed class BodyLimitTests
{
    private const int Budget = 100_000;

    private static readonly byte[] Start = "{\"changes\":["u8.ToArray();

    public static TheoryData<string> Paths => ["members", "members as NDJSON", "preview", "mparticle", "segment", "audiences", "cohorts", "lists", "lists add", "events", "users", "stream preview"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_body_that_finds_no_memory_waits_a_moment_and_gets_503_and_is_accepted_once_there_is_some(string path)
    {
        var time = new FakeTimeProvider();
        await using var service = await StartAsync(time, ("Ingest:MaxBodyMemory", $"{Budget}"));
        var memory = service.Services.GetRequiredService<BodyMemory>();
        var first = await PathRequest.OfAsync(service, "members", "memory-key-1");
        var request = await PathRequest.OfAsync(service, path, "memory-key-2");
        var body = Padded(request.Body, Budget / 2);
        using var held = await HeldRequest.BeginAsync(service.Http.BaseAddress!, first.Path, Budget, $"Authorization: Bearer {first.Key}\r\nContent-Type: application/json\r\n");
        await held.SendAsync(Start);
        await Eventually.TrueAsync(() => memory.Used == Budget);

        var waiting = request.SendAsync(service, body, isPacked: false);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return waiting.IsCompleted;
        });

        var refused = await waiting;
        Assert.Contains("Ingest:MaxBodyMemory", (string)refused.ExpectProblem(503)["detail"]!, StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(Budget, memory.Used);

        // a small body needs none, and what is given back is there for the next
        Assert.InRange((await request.SendAsync(service, Encoding.UTF8.GetBytes(request.Body), isPacked: false)).Status, 200, 202);
        var next = request.SendAsync(service, body, isPacked: false);
        held.Dispose();
        Assert.InRange((await next).Status, 200, 202);
        await Eventually.TrueAsync(() => memory.Used == 0);
    }

    [Fact]
    public async Task A_body_whose_length_is_not_known_takes_memory_as_it_is_read_and_is_refused_where_there_is_no_more()
    {
        var time = new FakeTimeProvider();
        await using var service = await StartAsync(time, ("Ingest:MaxBodyMemory", "1000000"));
        var memory = service.Services.GetRequiredService<BodyMemory>();
        var request = await PathRequest.OfAsync(service, "members", "memory-key-1");
        using var held = await HeldRequest.BeginAsync(service.Http.BaseAddress!, request.Path, 500_000, $"Authorization: Bearer {request.Key}\r\nContent-Type: application/json\r\n");
        await held.SendAsync(Start);
        await Eventually.TrueAsync(() => memory.Used == 500_000);

        // 64 KB are there for it, and more after that, but not a million
        var refused = request.SendAsync(service, Padded(request.Body, 999_999), isPacked: true);
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return refused.IsCompleted;
        });

        (await refused).ExpectProblem(503);
        Assert.Equal(500_000, memory.Used);
        held.Dispose();
        await Eventually.TrueAsync(() => memory.Used == 0);
        (await request.SendAsync(service, Padded(request.Body, 999_999), isPacked: true)).Expect(202);
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_body_that_unpacks_to_more_than_its_compressed_length_allows_is_refused_above_a_megabyte(string path)
    {
        // these read 64 KB at most
        if (path is "audiences" or "lists") return;
        await using var service = await ForwarderFixture.StartAsync();
        var request = await PathRequest.OfAsync(service, path, "ratio-key");

        var refused = await request.SendAsync(service, Padded(request.Body, 2 << 20), isPacked: true);

        Assert.Contains("Ingest:MaxRatio", (string)refused.ExpectProblem(413)["detail"]!, StringComparison.Ordinal);
        Assert.InRange((await request.SendAsync(service, Padded(request.Body, 1 << 20), isPacked: true)).Status, 200, 202);
        await using var lenient = await ForwarderFixture.StartAsync(("Ingest:MaxRatio", "2000"));
        var again = await PathRequest.OfAsync(lenient, path, "ratio-key");
        Assert.InRange((await again.SendAsync(lenient, Padded(again.Body, 2 << 20), isPacked: true)).Status, 200, 202);
    }

    [Fact]
    public async Task An_NDJSON_body_has_a_limit_of_its_own_which_is_4_GB_by_default()
    {
        Assert.Equal(4_294_967_296, new IngestOptions().MaxNdjsonBytes);
        await using var service = await ForwarderFixture.StartAsync(("Ingest:MaxNdjsonBytes", "1000"));
        var request = await PathRequest.OfAsync(service, "members as NDJSON", "lines-key");

        (await request.SendAsync(service, Padded(request.Body, 1000), isPacked: true)).Expect(202);
        (await request.SendAsync(service, Padded(request.Body, 1001), isPacked: true)).ExpectProblem(413);
        (await request.SendAsync(service, Padded(request.Body, 1001), isPacked: false)).ExpectProblem(413);
    }

    [Fact]
    public async Task Of_callers_who_are_not_known_little_is_read_for_five_seconds_and_of_thirty_two_at_a_time()
    {
        var time = new FakeTimeProvider();
        await using var service = await StartAsync(time);
        var events = await PathRequest.OfAsync(service, "events", "unknown-key");
        var held = new List<HeldRequest>();
        for (var i = 0; i < 33; i++)
        {
            var one = await HeldRequest.BeginAsync(service.Http.BaseAddress!, i % 2 == 0 ? MParticle.MParticle.Path : events.Path, 30_000_000, "Content-Type: application/json\r\n");
            await one.SendAsync("{\"x\":\""u8.ToArray());
            held.Add(one);
        }

        // one of them finds no place
        var heads = held.Select(h => h.ReadHeadAsync()).ToList();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return heads.Exists(h => h.IsCompleted);
        });
        var (status, headers) = await heads.First(h => h.IsCompleted);
        Assert.Equal(503, status);
        Assert.Contains(headers, h => h.StartsWith("Retry-After:", StringComparison.Ordinal));

        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return heads.TrueForAll(h => h.IsCompleted);
        });
        Assert.Equal(32, heads.Count(h => h.Result.Status == 401));
        Assert.Equal(0, service.Services.GetRequiredService<BodyMemory>().Used);
        held.ForEach(h => h.Dispose());
    }

    [Theory]
    [InlineData("mparticle")]
    [InlineData("events")]
    public async Task Of_a_caller_who_is_not_known_64_KB_are_read_however_long_the_body_is(string path)
    {
        await using var service = await ForwarderFixture.StartAsync();
        var request = await PathRequest.OfAsync(service, path, "unknown-key");
        using var held = await HeldRequest.BeginAsync(service.Http.BaseAddress!, request.Path, 200_000, "Content-Type: application/json\r\n");
        await held.SendAsync(Encoding.UTF8.GetBytes("{\"x\":\"" + new string('y', 64 * 1024)));

        Assert.Equal(401, (await held.ReadHeadAsync()).Status);
    }

    [Fact]
    public async Task A_key_within_the_first_64_KB_lifts_the_limits_of_unknown_callers()
    {
        await using var service = await ForwarderFixture.StartAsync();
        var request = await PathRequest.OfAsync(service, "events", "body-key");
        var body = Encoding.UTF8.GetBytes($$"""{"api_key":"{{TestService.IngestKey}}","events":[{"event_type":"View","user_id":"u-1","x":"{{new string('y', 300_000)}}"}]}""");
        using var held = await HeldRequest.BeginAsync(service.Http.BaseAddress!, request.Path, body.Length, "Content-Type: application/json\r\n");
        await held.SendAsync(body.AsMemory(0, 64 * 1024));
        await held.SendAsync(body.AsMemory(64 * 1024));

        Assert.Equal(200, (await held.ReadHeadAsync()).Status);
        Assert.Equal(200, (await (request with { Key = null }).SendAsync(service, body, isPacked: true)).Status);
    }

    private static Task<ForwarderFixture> StartAsync(TimeProvider time, params (string Name, string Value)[] settings) => ForwarderFixture.StartAsync(
        b =>
        {
            b.Services.AddSingleton(s => new BodyMemory(s.GetRequiredService<IOptions<IngestOptions>>(), s.GetRequiredService<LimitMetrics>(), time));
            b.Services.AddSingleton(s => new UnknownCallers(s.GetRequiredService<LimitMetrics>(), time));
        },
        settings);

    /// <summary>With white space behind it, which may follow any body.</summary>
    private static byte[] Padded(string body, int length)
    {
        var padded = new byte[length];
        padded.AsSpan().Fill((byte)'\n');
        Encoding.UTF8.GetBytes(body, padded);
        return padded;
    }
}
