using System.Text;
using System.Text.Json;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Who a profile is. Its memory is the message's.</summary>
internal struct Identities
{
    public ReadOnlyMemory<byte> Email { get; private set; }

    public ReadOnlyMemory<byte> CustomerId { get; private set; }

    public ReadOnlyMemory<byte> Mpid { get; private set; }

    /// <summary>An e-mail came, and only as a hash.</summary>
    public readonly bool IsEmailHashed => Email.IsEmpty && _hasHashedEmail;

    private bool _hasHashedEmail;

    /// <summary>Bytes of all of them.</summary>
    public readonly int Length => Email.Length + CustomerId.Length + Mpid.Length;

    /// <summary>Takes the MPID as it is; a blank one is a missing one.</summary>
    public void ReadMpid(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) => Mpid = JsonValues.Present(JsonValues.Text(ref reader, json, orNumber: true));

    /// <summary>Of several of a type the last that says something counts.</summary>
    public void ReadAll(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        if (!JsonValues.IsArray(ref reader)) return;
        while (JsonValues.NextElement(ref reader))
        {
            if (JsonValues.IsObject(ref reader)) ReadOne(ref reader, json);
        }
    }

    /// <summary>For what must outlive the piece of the body it was read from.</summary>
    public readonly Identities Copy() => this with { Email = Email.ToArray(), CustomerId = CustomerId.ToArray(), Mpid = Mpid.ToArray() };

    private void ReadOne(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var (type, value, isRaw) = (ReadOnlyMemory<byte>.Empty, ReadOnlyMemory<byte>.Empty, true);
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "type"u8)) type = ReadText(ref reader, json, orNumber: false);
            else if (JsonValues.IsName(ref reader, "value"u8)) value = ReadText(ref reader, json, orNumber: true);
            else if (JsonValues.IsName(ref reader, "encoding"u8)) isRaw = ReadIsRaw(ref reader, json);
            else reader.Skip();
        }
        value = JsonValues.Present(value);
        if (!value.IsEmpty) Take(type.Span, value, isRaw);
    }

    private void Take(ReadOnlySpan<byte> type, ReadOnlyMemory<byte> value, bool isRaw)
    {
        if (Ascii.EqualsIgnoreCase(type, "email"u8))
        {
            if (isRaw) Email = value;
            else _hasHashedEmail = true;
        }
        else if (isRaw && Ascii.EqualsIgnoreCase(type, "customer"u8))
        {
            CustomerId = value;
        }
    }

    private static ReadOnlyMemory<byte> ReadText(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool orNumber)
    {
        reader.Read();
        return JsonValues.Text(ref reader, json, orNumber);
    }

    /// <summary>Raw unless it says otherwise. What we do not know is no word of a person, so it is not forwarded as one.</summary>
    private static bool ReadIsRaw(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null) return true;
        var isText = reader.TokenType == JsonTokenType.String;
        var encoding = JsonValues.Text(ref reader, json, orNumber: false).Span;
        return isText && Ascii.EqualsIgnoreCase(encoding, "raw"u8);
    }
}
