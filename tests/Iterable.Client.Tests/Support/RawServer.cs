using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Iterable.Client.Tests.Support;

/// <summary>A server below HTTP, for what a well-behaved one cannot do: hang, stall, reset.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Socket, int, CancellationToken, Task> _answer;
    private int _connections;
    private int _requests;

    /// <param name="answer">Answers a request that was read to its end; the number counts requests from 1.</param>
    public RawServer(Func<Socket, int, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Connections => Volatile.Read(ref _connections);

    public int Requests => Volatile.Read(ref _requests);

    public static Task SendAsync(Socket socket, string text, CancellationToken cancellationToken) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), SocketFlags.None, cancellationToken).AsTask();

    public static Task OkAsync(Socket socket, string body, CancellationToken cancellationToken) =>
        SendAsync(socket, $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", cancellationToken);

    /// <summary>Closes so that the other side sees a reset, not an end.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var socket = await _listener.AcceptSocketAsync(_stop.Token);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            while (await ReadRequestAsync(socket))
                await _answer(socket, Interlocked.Increment(ref _requests), _stop.Token);
        }
    }

    private async Task<bool> ReadRequestAsync(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
            if (read == 0)
                return false;
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (IsWhole(text.ToString()))
                return true;
        }
    }

    private static bool IsWhole(string request)
    {
        int end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        const string Header = "Content-Length: ";
        int at = request.IndexOf(Header, StringComparison.Ordinal);
        int length = at < 0 ? 0 : int.Parse(request[(at + Header.Length)..].Split('\r')[0]);
        return request.Length >= end + 4 + length;
    }
}
