using System.IO.Compression;
using System.Net.Sockets;
using System.Text;
using Iterable.Client.Results;
using Iterable.Client.Tests.Support;

namespace Iterable.Client.Tests.Transport;

public sealed class ConnectionTests
{
    private const string Ok = """{"successCount":1,"failCount":0}""";

    [Fact]
    public async Task Consecutive_calls_share_one_connection()
    {
        using var server = new RawServer((socket, _, token) => RawServer.OkAsync(socket, Ok, token));
        using var client = TestClient.For(server.Url);

        for (int call = 0; call < 5; call++)
            Assert.Equal(CallResultKind.Processed, (await SendAsync(client)).Kind);

        Assert.Equal((5, 1), (server.Requests, server.Connections));
    }

    [Fact]
    public async Task A_failure_does_not_close_the_connection()
    {
        using var server = new RawServer(async (socket, request, token) =>
        {
            if (request == 3)
                await RawServer.OkAsync(socket, Ok, token);
            else
                await RawServer.SendAsync(socket, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\nno", token);
        });
        using var client = TestClient.For(server.Url);

        Assert.Equal((CallResultKind.Processed, 3), ((await SendAsync(client)).Kind, server.Requests));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_compressed_answer_is_decompressed()
    {
        using var server = new RawServer(async (socket, _, token) =>
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
                gzip.Write(Encoding.UTF8.GetBytes("""{"successCount":0,"failCount":1}"""));
            await RawServer.SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n", token);
            await socket.SendAsync(packed.ToArray(), SocketFlags.None, token);
        });
        using var client = TestClient.For(server.Url);

        Assert.Equal([new MemberFailure(0, MemberFailureReason.Refused)], (await SendAsync(client)).Failures);
    }

    [Fact]
    public async Task Calls_may_run_side_by_side()
    {
        using var server = new RawServer((socket, _, token) => RawServer.OkAsync(socket, Ok, token));
        using var client = TestClient.For(server.Url);
        var budget = new RecordingBudget();
        var iterable = client.Iterable;

        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ =>
            iterable.SendAsync(TestClient.Project(budget), Some.Subscribe(), CancellationToken.None)));

        Assert.All(results, result => Assert.Equal((CallResultKind.Processed, 1), (result.Kind, result.Attempts)));
        Assert.Equal((40, 40), (server.Requests, budget.Taken.Count));
    }

    private static Task<CallResult> SendAsync(TestClient client) =>
        client.Iterable.SendAsync(TestClient.Project(), Some.Subscribe(), CancellationToken.None);
}
