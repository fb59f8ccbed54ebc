using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Unicode;

namespace IterableForwarder.Benchmarks;

/// <summary>Batches of members, and the clients that post them.</summary>
internal static class Load
{
    /// <summary>Which attribute of a member becomes which data field, as a connection is told.</summary>
    public static object Attributes { get; } = new { firstName = "first_name", plan = "plan" };

    /// <summary>So many adds, of the members with the numbers from <paramref name="first"/> on; 130 bytes each.</summary>
    public static byte[] Body(long first, int members) => Write(first, members, """{"changes":["""u8, ","u8, "]}"u8);

    /// <summary>The same with an MPID and without attributes; 110 bytes each.</summary>
    public static byte[] PlainBody(long first, int members) => Write(first, members, """{"changes":["""u8, ","u8, "]}"u8, isPlain: true);

    /// <summary>The same as lines.</summary>
    public static byte[] Lines(long first, int members) => Write(first, members, [], "\n"u8, "\n"u8);

    /// <summary>
    /// Posts batches from so many clients, each its next one when the last is answered; returns how long each answer took, in milliseconds.
    /// Client <c>c</c> posts batch <c>b</c> where <c>b % clients == c</c>, so that nothing overtakes.
    /// </summary>
    public static async Task<double[]> PostAsync(HttpClient http, int clients, int batches, int batch, long first, Func<int, string> connectionOf, bool isPlain = false)
    {
        var took = new double[batches];
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(async () =>
        {
            for (var b = client; b < batches; b += clients)
            {
                var from = first + ((long)b * batch);
                using var content = new ByteArrayContent(isPlain ? PlainBody(from, batch) : Body(from, batch));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                var start = Stopwatch.GetTimestamp();
                using var response = await http.PostAsync($"/api/v1/connections/{connectionOf(b)}/members", content);
                took[b] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                if ((int)response.StatusCode != 202) throw new InvalidOperationException($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }
        })));
        Array.Sort(took);
        return took;
    }

    public static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];

    private static byte[] Write(long first, int members, ReadOnlySpan<byte> head, ReadOnlySpan<byte> between, ReadOnlySpan<byte> tail, bool isPlain = false)
    {
        var body = new byte[head.Length + tail.Length + (members * 160)];
        head.CopyTo(body);
        var length = head.Length;
        for (var i = 0; i < members; i++)
        {
            if (i > 0)
            {
                between.CopyTo(body.AsSpan(length));
                length += between.Length;
            }
            length += isPlain ? WritePlain(body.AsSpan(length), first + i) : WriteOne(body.AsSpan(length), first + i);
        }
        tail.CopyTo(body.AsSpan(length));
        return body[..(length + tail.Length)];
    }

    private static int WriteOne(Span<byte> to, long number)
    {
        Utf8.TryWrite(
            to,
            CultureInfo.InvariantCulture,
            $$$"""{"action":"add","email":"member{{{number:D9}}}@example.com","customerId":"c-{{{number:D9}}}","attributes":{"first_name":"Ann","plan":"gold"}}""",
            out var written);
        return written;
    }

    private static int WritePlain(Span<byte> to, long number)
    {
        Utf8.TryWrite(
            to,
            CultureInfo.InvariantCulture,
            $$$"""{"action":"add","email":"member{{{number:D9}}}@example.com","customerId":"c-{{{number:D9}}}","mpid":"{{{number + 4_000_000_000_000_000_000}}}"}""",
            out var written);
        return written;
    }
}
