using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Members;
using IterableForwarder.Journal.Entries;
using IterableForwarder.Mapping;
using IterableForwarder.Tests.Ingress.Fuzzing;

namespace IterableForwarder.Tests.Ingress.Members;

/// <summary>Bodies of changes that were damaged at random, by a seed.</summary>
public sealed class FuzzTests
{
    private const int Seed = 20261130;
    private const int Parsed = 30_000;

    private static readonly EntryRule Rule = new(1, new(ProjectType.Hybrid, IdentityRule.CustomerId, []));

    [Fact]
    public async Task A_body_says_the_same_whether_it_comes_whole_or_in_slices()
    {
        var mutator = new Mutator(Seed, Corpus());
        var (accepted, refused) = (0, 0);
        for (var i = 0; i < Parsed; i++)
        {
            var body = mutator.Next();
            var whole = await ParseAsync(body, slices: 1);
            if (whole.Errors.Count == 0) accepted++;
            else refused++;
            Assert.Equal(Told(whole), Told(await ParseAsync(body, slices: 2 + (i % 3))));
        }
        Assert.InRange(accepted, Parsed / 20, Parsed);
        Assert.InRange(refused, Parsed / 20, Parsed);
    }

    /// <summary>All that was read. Where the JSON is broken, only where: what was found before that place depends on how far the reader had come.</summary>
    private static string Told((ValidationErrors Errors, ChunkBuilder Chunk) read)
    {
        var errors = read.Errors.ToProblemDetails().Errors;
        var broken = errors.Where(e => e.Value.Any(text => text.StartsWith("is not valid JSON", StringComparison.Ordinal))).Select(e => e.Key).ToList();
        if (broken.Count > 0) return string.Join(' ', broken);
        var shown = JsonSerializer.Serialize(errors.OrderBy(e => e.Key, StringComparer.Ordinal));
        return read.Errors.Count > 0 ? shown : Convert.ToHexString(read.Chunk.Seal(Rule).Changes.Span);
    }

    private static async Task<(ValidationErrors Errors, ChunkBuilder Chunk)> ParseAsync(byte[] body, int slices)
    {
        var errors = new ValidationErrors();
        var parser = new MembersParser(new(DateTimeOffset.UnixEpoch), errors);
        await SlicedBody.ReadAsync(body, slices, parser);
        return (errors, parser.Chunk);
    }

    internal static List<byte[]> Corpus() =>
    [
        """
        {"x":[{"changes":1}],"changes":[
          {"action":"add","email":"Ann@Example.com","customerId":4,"mpid":"-5227515829034156637","attributes":{"first_name":"\u0041nn","plan":{"a":[1,2]}},"y":{"z":[]}},
          {"action":"remove","email":"ben@example.com","customerId":null,"occurredAt":"2026-01-31T13:00:00Z"},
          {"action":"add","customerId":"c-3","mpid":17}]}
        """u8.ToArray(),
        """{"changes":[{"email":"ann@example.com","action":"add"},{"action":"add","email":"b\u00e9n@example.com"}],"tail":"\"]}"}"""u8.ToArray(),
    ];
}
