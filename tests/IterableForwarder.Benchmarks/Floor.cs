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
    private const int Members = 1_000_000;

    /// <summary>CPU seconds for a million members in bodies of so many, compiled and warm.</summary>
    public static double CpuSecondsPerMillion(int batch)
    {
        var bodies = Enumerable.Range(0, 32).Select(i => Load.Body(i * batch, batch)).ToArray();
        Run(bodies, Members, batch);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        Run(bodies, Members, batch);
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalSeconds / Members * 1e6;
    }

    private static long Run(byte[][] bodies, int members, int batch)
    {
        var output = new ArrayBufferWriter<byte>(256 * 1024);
        var written = 0L;
        for (var i = 0; i < members / batch; i++)
        {
            var read = JsonSerializer.Deserialize(bodies[i % bodies.Length], FloorJson.Default.FloorChanges)!;
            var subscribers = new FloorSubscriber[read.Changes.Count];
            for (var m = 0; m < subscribers.Length; m++)
            {
                var change = read.Changes[m];
                subscribers[m] = new(change.Email, change.CustomerId, new(change.Attributes.FirstName, change.Attributes.Plan));
            }
            output.ResetWrittenCount();
            using (var json = new Utf8JsonWriter(output, new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
                JsonSerializer.Serialize(json, new FloorSubscribe(1, subscribers), FloorJson.Default.FloorSubscribe);
            written += output.WrittenCount;
        }
        return written;
    }
}

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
internal sealed partial class FloorJson : JsonSerializerContext;
