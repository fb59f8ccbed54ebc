using System.Net.Http.Headers;
using System.Text;
using Iterable.Sandbox;
using Iterable.Sandbox.Faults;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress;

namespace IterableForwarder.Tests.Guarantees;

/// <summary>What the most costly bodies of each format take of the processor, until they are answered, in a process of its own.</summary>
[Trait("Category", "Nightly")]
public sealed class G9_Processor_time : IAsyncLifetime
{
    private const double MaxSecondsPerMegabyte = 2;
    private const int Times = 5;

    private readonly string _folder = Directory.CreateTempSubdirectory("forwarder-").FullName;
    private SandboxServer? _sandbox;
    private ServiceProcess? _service;
    private CostlyBodies _bodies = null!;

    public async Task InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        _service = await ServiceProcess.StartAsync(_folder, _sandbox);
        _bodies = await CostlyBodies.PrepareAsync(_service.PostAsync);
        // what is accepted waits: to deliver it counts for each member
        _sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/lists/subscribe" });
        _sandbox.State.AddFault(new Fault { Kind = FaultKind.Status, Status = 503, Path = "/api/events/trackBulk" });
    }

    public async Task DisposeAsync()
    {
        await _service!.DisposeAsync();
        await _sandbox!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(CostlyBodies.Kinds), MemberType = typeof(CostlyBodies))]
    public async Task A_body_takes_at_most_2_s_for_each_megabyte(string kind)
    {
        var bytes = 0;
        var least = double.MaxValue;
        // the first ones have the code compiled, and what else runs on the machine makes each a little slower
        for (var i = 0; i < Times; i++)
        {
            var before = _service!.ProcessorTime;
            bytes = await PostAsync(kind);
            least = Math.Min(least, (_service.ProcessorTime - before).TotalSeconds);
        }

        Assert.True(least <= MaxSecondsPerMegabyte * bytes / 1e6, $"{bytes} bytes took {least:F2} s, {least / bytes * 1e6:F2} s for each megabyte");
    }

    private async Task<int> PostAsync(string kind)
    {
        var (path, text) = _bodies.RequestOf(kind);
        var body = Encoding.UTF8.GetBytes(text);
        var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        var response = await _service!.SendAsync(new(HttpMethod.Post, path) { Content = content });
        Assert.NotNull(response);
        Assert.InRange(response.Status, 200, 202);
        return body.Length;
    }
}
