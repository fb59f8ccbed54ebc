using System.Net.Sockets;
using System.Text.RegularExpressions;
using IterableForwarder.Hosting;
using IterableForwarder.Tests.Hosting;

namespace IterableForwarder.Tests.Crash;

/// <summary>Idle connections, which need no key, end neither the process nor its work.</summary>
public sealed class ConnectionLimitTests
{
    private const int MaxFiles = 600;

    /// <summary>Far more than the process may have open.</summary>
    private const int Idle = 2_000;

    /// <summary>Less than the kernel keeps for a server (512): what is more, it lets believe for half a minute that it is connected.</summary>
    private const int AtOnce = 400;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Beyond_its_limit_the_service_refuses_connections_goes_on_working_and_recovers()
    {
        await using var fleet = await Fleet.StartAsync(new Random(1));
        await using var service = ServiceProcess.LaunchWithFiles(MaxFiles, fleet.Folder, fleet.Sandbox);
        Assert.True(await service.IsReadyAsync(), service.Output);
        var limit = int.Parse(Regex.Match(service.Output, "takes at most ([0-9]+) connections at once").Groups[1].ValueSpan);
        Assert.InRange(limit, 50, MaxFiles - 100);

        var idle = await FloodAsync(service.Address);
        await Eventually.TrueAsync(() => idle.Count(IsOpen) < limit);
        // the connection that asked for readiness is served all the while
        await PostAsync(service, fleet.Writers[0].Connection);
        Assert.InRange(idle.Count(IsOpen), limit / 2, limit - 1);
        foreach (var socket in idle) socket.Dispose();

        await Eventually.GetAsync(() => AnswersAsync(service.Address), isServed => isServed, Patience);
        await fleet.WriteAsync(service, 0);
        await fleet.ComeToRestAsync(service, 1);
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 1024)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1024                 524288               processes ", null)]
    public void The_limit_of_open_files_is_read_as_the_kernel_shows_it(string line, int? limit) =>
        Assert.Equal(limit, OpenFiles.LimitIn(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    [Theory]
    [InlineData(20_000, 300, 19_600)]
    [InlineData(400, 300, 25)]
    [InlineData(300, 300, 1)]
    public void Connections_get_what_the_rest_leaves(long limit, int open, long connections) =>
        Assert.Equal(connections, new OpenFiles(limit, open).ForConnections);

    private static async Task PostAsync(ServiceProcess service, string connection)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/connections/{connection}/members")
        {
            Content = ForwarderFixture.Json($$"""{"changes":[{{Wire.Add("a@example.com")}}]}"""),
        };
        Assert.Equal(202, (await service.SendAsync(request))?.Status);
        await Eventually.GetAsync(
            () => service.GetAsync($"/api/v1/connections/{connection}"), c => (long)c["status"]!["pending"]! == 0, Patience);
    }

    private static async Task<List<Socket>> FloodAsync(Uri service)
    {
        var sockets = Enumerable.Range(0, Idle).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var together in sockets.Chunk(AtOnce))
            await Task.WhenAll(together.Select(s => s.ConnectAsync(service.Host, service.Port).ContinueWith(_ => { }, TaskScheduler.Default)));
        return sockets;
    }

    /// <summary>What the other side has closed or refused is readable, with nothing to read.</summary>
    private static bool IsOpen(Socket socket) => socket.Connected && !socket.Poll(0, SelectMode.SelectRead);

    private static async Task<bool> AnswersAsync(Uri service)
    {
        try
        {
            using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = service };
            return (await http.GetAsync("/health/ready")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
