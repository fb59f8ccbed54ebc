using System.Text;

namespace IterableForwarder.Tests.Ingress.Fuzzing;

/// <summary>Damages valid inputs, always in the same way for the same seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus)
{
    /// <summary>What is awkward wherever it stands.</summary>
    private static readonly byte[][] Tokens =
    [
        .. ((string[])["null", "true", "{}", "[]", "\"\"", "\" \"", "0", "-1", "1e999", "99999999999999999999", "\"\\ud800\"", "\"\\u0000\"", "\"a@b.cd\"", "[[[[", "{\"a\":", ",", ":", "}", "]", "\"", "\\", "\"type\"", "\"audiences\"", "\"user_profiles\""])
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0x00],
    ];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var input = corpus[_random.Next(corpus.Count)].ToList();
        for (var times = _random.Next(1, 5); times > 0 && input.Count > 0; times--) Mutate(input);
        return [.. input];
    }

    private void Mutate(List<byte> input)
    {
        var at = _random.Next(input.Count);
        var length = _random.Next(1, Math.Min(40, input.Count - at) + 1);
        switch (_random.Next(7))
        {
            case 0: input[at] = (byte)_random.Next(256); break;
            case 1: input.RemoveRange(at, length); break;
            case 2: input.InsertRange(at, input.GetRange(at, length)); break;
            case 3: input.InsertRange(at, Token()); break;
            case 4 or 5: ReplaceValue(input, at); break;
            default: input.RemoveRange(at, _random.Next(20) == 0 ? input.Count - at : 1); break;
        }
    }

    /// <summary>Puts something else where a value stands, so that the result is mostly JSON still.</summary>
    private void ReplaceValue(List<byte> input, int from)
    {
        var colon = input.IndexOf((byte)':', from);
        if (colon < 0) return;
        var end = input.FindIndex(colon + 1, b => b is (byte)',' or (byte)'}' or (byte)']');
        if (end < 0) return;
        input.RemoveRange(colon + 1, end - colon - 1);
        input.InsertRange(colon + 1, Token());
    }

    private byte[] Token() => Tokens[_random.Next(Tokens.Length)];
}
