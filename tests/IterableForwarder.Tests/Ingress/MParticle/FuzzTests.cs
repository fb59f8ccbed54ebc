using System.Text;
using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Ingress.MParticle;
using IterableForwarder.Tests.Hosting;
using IterableForwarder.Tests.Ingress.Fuzzing;
using Message = IterableForwarder.Ingress.MParticle.FirehoseMessage;

namespace IterableForwarder.Tests.Ingress.MParticle;

/// <summary>Messages that were damaged at random, by a seed: never an error of ours, never a hang, never a neighbour harmed.</summary>
public sealed class FuzzTests(ForwarderFixture service) : IClassFixture<ForwarderFixture>
{
    private const int Seed = 20260115;
    private const int OverHttp = 3_000;
    private const int Parsed = 30_000;

    private static readonly byte[] Neighbour = Encoding.UTF8.GetBytes(
        """{"mpid":"1","user_identities":[{"type":"email","value":"neighbour@example.com"}],"audiences":[{"audience_id":999,"audience_subscription_settings":{"listId":"99"},"action":"add"}]}""");

    [Fact]
    public async Task A_damaged_message_never_causes_a_server_error()
    {
        var mutator = new Mutator(Seed, Corpus());
        await Parallel.ForEachAsync(Enumerable.Range(0, OverHttp).Select(_ => mutator.Next()).ToList(), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (input, cancelled) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, MParticle.Path) { Content = new ByteArrayContent(input) { Headers = { ContentType = new("application/json") } } };
            request.Headers.TryAddWithoutValidation("Authorization", $"Token {TestService.IngestKey}");
            using var response = await service.Http.SendAsync(request, cancelled);
            Assert.True((int)response.StatusCode is 200 or 202 or 400, $"{(int)response.StatusCode} for {Convert.ToBase64String(input)}");
        });
    }

    [Fact]
    public async Task A_damaged_profile_never_affects_the_others()
    {
        var profile = Encoding.UTF8.GetBytes(
            """{"mpid":"-5227515829034156637","user_identities":[{"type":"email","encoding":"raw","value":"\u0061@example.com"},{"type":"customer","encoding":null,"value":4}],"audiences":[{"audience_id":456,"audience_name":"VIP","audience_subscription_settings":{"listId":"42"},"action":"add","user_attributes":[{"key":"a","action":"upsert"},{}]}]}""");
        var mutator = new Mutator(Seed, [profile]);
        var whole = 0;
        for (var i = 0; i < Parsed; i++)
        {
            var damaged = mutator.Next();
            if (!IsJson(damaged)) continue;
            whole++;
            byte[] body = [.. "{\"user_profiles\":["u8, .. Neighbour, .. ","u8, .. damaged, .. ","u8, .. Neighbour, .. "],\"type\":\"audience_membership_change_request\"}"u8];
            var (message, errors) = await ParseAsync(body, slices: 1 + (i % 3));
            Assert.Equal(0, errors.Count);
            var neighbours = message.Changes.At(null).Count(c => Encoding.UTF8.GetString(c.Change.Email.Span) == "neighbour@example.com" && message.Changes.Audiences[c.Audience].Id == "999");
            Assert.True(neighbours >= 2, Encoding.UTF8.GetString(body));
        }
        // if nearly all were no JSON any more, the rest would prove little
        Assert.InRange(whole, Parsed / 10, Parsed);
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_message_says_the_same_whether_it_comes_whole_or_in_slices()
    {
        var mutator = new Mutator(Seed, Corpus());
        var unbroken = 0;
        for (var i = 0; i < Parsed; i++)
        {
            var body = mutator.Next();
            if (IsJson(body)) unbroken++;
            Assert.Equal(Told(await ParseAsync(body, slices: 1)), Told(await ParseAsync(body, slices: 2 + (i % 3))));
        }
        Assert.InRange(unbroken, Parsed / 10, Parsed);
    }

    /// <summary>
    /// All that was read. Where the JSON is broken, only where: the rest was read up to there or not, and is refused; the words for it
    /// follow what the reader saw behind the place.
    /// </summary>
    private static string Told((Message Message, ValidationErrors Errors) read)
    {
        var (message, errors) = read;
        var found = JsonSerializer.Serialize(errors.ToProblemDetails().Errors);
        if (found.Contains("is not valid JSON", StringComparison.Ordinal)) return string.Join(' ', errors.ToProblemDetails().Errors.Keys);
        var changes = message.Changes.At(message.Timestamp).Select(c =>
            $"{c.Change.Action} {Text(c.Change.Email)} {Text(c.Change.CustomerId)} {Text(c.Change.Mpid)} {c.Change.HashedEmail} {c.Change.OccurredAt} {c.Detail} {message.Changes.Audiences[c.Audience]}");
        var (identities, audience) = (message.Identities, message.Audience);
        return string.Join('\n', [
            found, message.TypeWord, message.Id, $"{message.Timestamp} {message.Account.Id} {message.Account.ApiKey} {message.Account.UserId} {message.SubjectRequest}",
            $"{Text(identities.Email)} {Text(identities.CustomerId)} {Text(identities.Mpid)} {identities.IsEmailHashed}",
            $"{audience.Id} {audience.Name} {audience.List} {audience.Action}", .. message.Events.Select(e => $"{e}"), .. changes]);
    }

    private static string Text(ReadOnlyMemory<byte> text) => Encoding.UTF8.GetString(text.Span);

    private static async Task<(Message Message, ValidationErrors Errors)> ParseAsync(byte[] body, int slices)
    {
        var message = new Message();
        var errors = new ValidationErrors();
        await SlicedBody.ReadAsync(body, slices, new FirehoseParser(message, errors));
        return (message, errors);
    }

    private static List<byte[]> Corpus() =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Ingress", "MParticle", "cases"), "*.json")
            .Where(f => !f.EndsWith(".expected.json", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)];
}
