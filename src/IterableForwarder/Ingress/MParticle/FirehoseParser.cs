using System.Text.Json;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Takes a message apart as it arrives. Its members come in any order.</summary>
/// <param name="message">Receives what is read.</param>
/// <param name="errors">Receives what makes the body no message at all.</param>
internal sealed class FirehoseParser(FirehoseMessage message, ValidationErrors errors) : ElementParser("user_profiles", int.MaxValue)
{
    /// <summary>Characters of a message's id; mParticle's are UUIDs. A longer one counts as none.</summary>
    private const int MaxIdCharacters = 255;

    private readonly ProfileReader _profiles = new();

    /// <summary>Bytes of memory that what was read takes.</summary>
    public long Bytes => message.Changes.Bytes + _profiles.Bytes;

    /// <summary>Nothing is taken away before the message is known whole; the limit of the body bounds it.</summary>
    protected override bool IsFull => false;

    protected override bool CanReadInPlace(ReadOnlySpan<byte> rest) => true;

    protected override bool SkipsUnreadable => true;

    protected override void OnUnreadable() => message.Changes.AddUnreadable();

    protected override void OnElement(ReadOnlyMemory<byte> element)
    {
        var reader = JsonValues.ReaderOf(element);
        OnElement(ref reader, element);
    }

    protected override void OnElement(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) => _profiles.Read(ref reader, json, message.Changes);

    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        var reader = JsonValues.ReaderOf(value);
        OnMember(name, ref reader, value);
    }

    protected override void OnMember(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        switch (name)
        {
            case "type": message.TypeWord = JsonValues.Word(ref reader, json); break;
            case "id": message.Id = JsonValues.Word(ref reader, json, orNumber: true) is { Length: <= MaxIdCharacters } id ? id : null; break;
            case "timestamp_ms": message.Timestamp = TimeOf(ref reader); break;
            case "account": message.Account = Account.Read(ref reader, json); break;
            case "subject_request_type": message.SubjectRequest = WordOf(ref reader, json); break;
            case "events": ReadEvents(ref reader, json); break;
            case "mpid" or "user_identities": ReadIdentities(name, ref reader, json); break;
            default: ReadAudience(name, ref reader, json); break;
        }
    }

    protected override void OnNoArray(bool isMissing)
    {
        // without profiles it is a heartbeat, or another type of message; of another type than an array they may be profiles that would be lost
        if (!isMissing) errors.Add("user_profiles", "must be an array");
    }

    protected override void OnError(string path, string error) => errors.Add(path, error);

    private static string? WordOf(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json) =>
        JsonValues.Word(ref reader, json, orNumber: true) is { } word ? JsonValues.Cut(word, Audience.MaxDetail) : null;

    private void ReadEvents(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        message.Events.Clear();
        if (!JsonValues.IsArray(ref reader)) return;
        while (JsonValues.NextElement(ref reader))
        {
            message.Limit.Check(message.Events.Count + 1L);
            message.Events.Add(ReadEvent(ref reader, json));
        }
    }

    private static string? ReadEvent(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        string? type = null;
        if (!JsonValues.IsObject(ref reader)) return type;
        while (JsonValues.NextName(ref reader))
        {
            var isType = JsonValues.IsName(ref reader, "type"u8);
            reader.Read();
            if (isType) type = JsonValues.Word(ref reader, json) is { } word ? JsonValues.Cut(word, Audience.MaxDetail) : null;
            else reader.Skip();
        }
        return type;
    }

    private void ReadIdentities(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var identities = message.Identities;
        if (name == "mpid") identities.ReadMpid(ref reader, json);
        else identities.ReadAll(ref reader, json);
        // the piece of the body it was read from is about to go
        message.Identities = identities.Copy();
    }

    private void ReadAudience(string name, ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var audience = message.Audience;
        switch (name)
        {
            case "audience_id": audience.ReadId(ref reader, json); break;
            case "audience_name": audience.ReadName(ref reader, json); break;
            case "audience_subscription_settings": audience.ReadSettings(ref reader, json); break;
            case "action": audience.ReadAction(ref reader, json); break;
            default: return;
        }
        message.Audience = audience;
    }

    /// <summary>Anything but a whole number above 0 is no time.</summary>
    private static long? TimeOf(ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var time) && time > 0 ? time : null;
}
