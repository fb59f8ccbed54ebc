using System.Text.Json;
using IterableForwarder.Ingress.Json;
using IterableForwarder.Mapping;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>The customer's account at mParticle, with the settings every message of it carries.</summary>
internal sealed record Account
{
    /// <summary>What an account's id may be; longer counts as none.</summary>
    private const int MaxIdCharacters = 100;

    public static Account None { get; } = new();

    /// <summary>Null where the message does not say.</summary>
    public string? Id { get; private init; }

    /// <summary>Iterable's key; null where it is missing or blank.</summary>
    public string? ApiKey { get; private init; }

    /// <summary>Null where the project's rule counts.</summary>
    public IdentityRule? UserId { get; private init; }

    /// <param name="reader">Is on the value.</param>
    /// <param name="json">What it reads from.</param>
    public static Account Read(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var account = None;
        if (!JsonValues.IsObject(ref reader)) return account;
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "account_id"u8))
            {
                reader.Read();
                account = account with { Id = JsonValues.Word(ref reader, json, orNumber: true) is { Length: <= MaxIdCharacters } id ? id : null };
            }
            else if (JsonValues.IsName(ref reader, "account_settings"u8))
            {
                reader.Read();
                account = ReadSettings(ref reader, json, account);
            }
            else
            {
                reader.Skip();
            }
        }
        return account;
    }

    /// <summary>Never shows the key.</summary>
    public override string ToString() => $"Account {Id}";

    private static Account ReadSettings(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, Account account)
    {
        if (!JsonValues.IsObject(ref reader)) return account;
        while (JsonValues.NextName(ref reader))
        {
            if (JsonValues.IsName(ref reader, "apiKey"u8))
            {
                reader.Read();
                account = account with { ApiKey = JsonValues.Word(ref reader, json) };
            }
            else if (JsonValues.IsName(ref reader, "userIdField"u8))
            {
                reader.Read();
                account = account with { UserId = RuleOf(JsonValues.Word(ref reader, json)) };
            }
            else
            {
                reader.Skip();
            }
        }
        return account;
    }

    private static IdentityRule? RuleOf(string? word)
    {
        if (string.Equals(word, "customerId", StringComparison.OrdinalIgnoreCase)) return IdentityRule.CustomerId;
        return string.Equals(word, "mpid", StringComparison.OrdinalIgnoreCase) ? IdentityRule.Mpid : null;
    }
}
