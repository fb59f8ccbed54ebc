using System.Buffers;
using System.Text;
using Iterable.Client.Requests;

namespace Iterable.Client.Tests.Support;

/// <summary>Requests with valid defaults.</summary>
internal static class Some
{
    public static SubscribeRequest Subscribe(params Member[] members) => new(7, members.Length > 0 ? members : [Member.Of("a@example.com")]);

    public static string BodyOf(BulkRequest request) => Encoding.UTF8.GetString(BytesOf(request));

    public static byte[] BytesOf(BulkRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        request.WriteBody(output);
        return output.WrittenSpan.ToArray();
    }
}
