using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace IterableForwarder.Tests.Hosting;

/// <summary>A request whose body is sent bit by bit, or held back.</summary>
internal sealed class HeldRequest : IDisposable
{
    private readonly TcpClient _client = new();
    private StreamReader? _reader;

    /// <summary>Sends the head, and nothing of the body.</summary>
    /// <param name="service">Where the service listens.</param>
    /// <param name="path">The path.</param>
    /// <param name="length">What the head says of the body's length.</param>
    /// <param name="headers">Further headers, each with its line end.</param>
    public static async Task<HeldRequest> BeginAsync(Uri service, string path, long length, string headers)
    {
        var request = new HeldRequest();
        await request._client.ConnectAsync(service.Host, service.Port);
        await request.SendAsync(Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: {length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n"));
        return request;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _client.GetStream().WriteAsync(bytes);

    /// <summary>The status and the headers of the response.</summary>
    public async Task<(int Status, string[] Headers)> ReadHeadAsync()
    {
        _reader ??= new StreamReader(_client.GetStream());
        var status = await _reader.ReadLineAsync() ?? throw new IOException("The connection was closed without a response.");
        var headers = new List<string>();
        while (await _reader.ReadLineAsync() is { Length: > 0 } header) headers.Add(header);
        return (int.Parse(status.Split(' ')[1], CultureInfo.InvariantCulture), [.. headers]);
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _client.Dispose();
    }
}
