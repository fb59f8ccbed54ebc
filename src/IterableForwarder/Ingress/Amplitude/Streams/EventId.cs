using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Amplitude.Streams;

/// <summary>The id under which Iterable keeps an event: sent again with the same id, it is the same event there.</summary>
internal static class EventId
{
    private const int MaxBytes = 512;

    /// <summary>Before the hash of an id that Iterable's alphabet has no letters for.</summary>
    private const string OfId = "h-";

    /// <summary>Before the hash of an event that has no id.</summary>
    private const string OfEvent = "e-";

    private const int HashedLength = 2 + (2 * SHA256.HashSizeInBytes);

    /// <summary>What the source calls the event; empty where it does not.</summary>
    public static ReadOnlyMemory<byte> Given(AmplitudeMessage message)
    {
        if (AmplitudeMessage.TextOf(message.Field("insert_id"u8), orNumber: true) is { IsEmpty: false } insertId) return insertId;
        if (AmplitudeMessage.TextOf(message.Field("$insert_id"u8), orNumber: true) is { IsEmpty: false } exported) return exported;
        return AmplitudeMessage.TextOf(message.Field("uuid"u8), orNumber: true);
    }

    /// <summary>
    /// Letters, digits and hyphens. Different for different ids: what fits stays, all else is hashed, and so is what only looks like a hash
    /// of ours. Without an id, that of the event's own content.
    /// </summary>
    public static byte[] For(AmplitudeMessage message)
    {
        var given = Given(message);
        if (given.IsEmpty) return Hashed(OfEvent, ContentOf(message.Json));
        return Fits(given.Span) ? given.ToArray() : Hashed(OfId, SHA256.HashData(given.Span));
    }

    private static bool Fits(ReadOnlySpan<byte> id)
    {
        if (id.Length > MaxBytes) return false;
        foreach (var letter in id)
        {
            if (!char.IsAsciiLetterOrDigit((char)letter) && letter != '-') return false;
        }
        return id.Length != HashedLength || id[1] != '-';
    }

    private static byte[] Hashed(string prefix, byte[] hash) => Encoding.ASCII.GetBytes(prefix + Convert.ToHexStringLower(hash));

    /// <summary>White space between the tokens says nothing, and may differ from one attempt to the next.</summary>
    private static byte[] ContentOf(ReadOnlyMemory<byte> json)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reader = JsonValues.ReaderOf(json);
        do
        {
            hash.AppendData([(byte)reader.TokenType]);
            hash.AppendData(BitConverter.GetBytes(reader.ValueSpan.Length));
            hash.AppendData(reader.ValueSpan);
        }
        while (reader.TokenType != JsonTokenType.None && reader.Read());
        return hash.GetHashAndReset();
    }
}
