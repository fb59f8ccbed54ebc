using System.Buffers;
using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IterableForwarder.Benchmarks;

/// <summary>
/// The least that the job can cost in .NET: one loop that reads the bodies with source-generated System.Text.Json and writes the
/// bodies of the subscribe calls. Nothing is received, stored, put in order, or sent. Ratios to it hold on any machine.
/// </summary>
internal static class Floor
{
    /// <summary>Some seconds' worth: a shared machine is faster or slower from one second to the next.</summary>
    private const int Members = 4_000_000;

    private const int Warmup = 1_000_000;

    /// <summary>CPU seconds for a million members in bodies of so many, compiled and warm.</summary>
    /// <param name="batch">Members in a body.</param>
    /// <param name="isPlain">Whether the members have an MPID and no attributes.</param>
    public static double CpuSecondsPerMillion(int batch, bool isPlain = false)
    {
        var bodies = Enumerable.Range(0, 32).Select(i => isPlain ? Load.PlainBody(i * batch, batch) : Load.Body(i * batch, batch)).ToArray();
        Func<byte[][], int, int, long> run = isPlain ? RunPlain : Run;
        run(bodies, Warmup, batch);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        run(bodies, Members, batch);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds / Members * 1e6;
    }

    private static long Run(byte[][] bodies, int members, int batch) => Run(bodies, members, batch, (body, json) =>
    {
        var read = JsonSerializer.Deserialize(body, FloorJson.Default.FloorChanges)!;
        var subscribers = new FloorSubscriber[read.Changes.Count];
        for (var m = 0; m < subscribers.Length; m++)
        {
            var change = read.Changes[m];
            subscribers[m] = new(change.Email, change.CustomerId, new(change.Attributes.FirstName, change.Attributes.Plan));
        }
        JsonSerializer.Serialize(json, new FloorSubscribe(1, subscribers), FloorJson.Default.FloorSubscribe);
    });

    private static long RunPlain(byte[][] bodies, int members, int batch) => Run(bodies, members, batch, (body, json) =>
    {
        var read = JsonSerializer.Deserialize(body, FloorJson.Default.FloorPlainChanges)!;
        var subscribers = new FloorPlainSubscriber[read.Changes.Count];
        for (var m = 0; m < subscribers.Length; m++) subscribers[m] = new(read.Changes[m].Email, read.Changes[m].CustomerId);
        JsonSerializer.Serialize(json, new FloorPlainSubscribe(1, subscribers), FloorJson.Default.FloorPlainSubscribe);
    });

    private static long Run(byte[][] bodies, int members, int batch, Action<byte[], Utf8JsonWriter> forward)
    {
        var output = new ArrayBufferWriter<byte>(256 * 1024);
        var written = 0L;
        for (var i = 0; i < members / batch; i++)
        {
            output.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(output, new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
                forward(bodies[i % bodies.Length], json);
            written += output.WrittenCount;
        }
        return written;
    }
}

internal sealed record FloorPlainChanges([property: JsonPropertyName("changes")] List<FloorPlainChange> Changes);

internal sealed record FloorPlainChange(
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("customerId")] string CustomerId,
    [property: JsonPropertyName("mpid")] string Mpid);

internal sealed record FloorPlainSubscribe(
    [property: JsonPropertyName("listId")] long ListId, [property: JsonPropertyName("subscribers")] FloorPlainSubscriber[] Subscribers);

internal sealed record FloorPlainSubscriber([property: JsonPropertyName("email")] string Email, [property: JsonPropertyName("userId")] string UserId);

internal sealed record FloorChanges([property: JsonPropertyName("changes")] List<FloorChange> Changes);

internal sealed record FloorChange(
    [property: JsonPropertyName("action")] string Action,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("customerId")] string CustomerId,
    [property: JsonPropertyName("attributes")] FloorAttributes Attributes);

internal sealed record FloorAttributes([property: JsonPropertyName("first_name")] string FirstName, [property: JsonPropertyName("plan")] string Plan);

internal sealed record FloorSubscribe(
    [property: JsonPropertyName("listId")] long ListId, [property: JsonPropertyName("subscribers")] FloorSubscriber[] Subscribers);

internal sealed record FloorSubscriber(
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("userId")] string UserId,
    [property: JsonPropertyName("dataFields")] FloorFields DataFields);

internal sealed record FloorFields([property: JsonPropertyName("firstName")] string FirstName, [property: JsonPropertyName("plan")] string Plan);

[JsonSerializable(typeof(FloorChanges))]
[JsonSerializable(typeof(FloorSubscribe))]
[JsonSerializable(typeof(FloorPlainChanges))]
[JsonSerializable(typeof(FloorPlainSubscribe))]
internal sealed partial class FloorJson : JsonSerializerContext;
