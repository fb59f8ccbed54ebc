using System.Text.Json;
using IterableForwarder.Ingress.Body;

namespace IterableForwarder.Ingress.MParticle;

/// <summary>Takes a message apart as it arrives. Its members stand in any order.</summary>
/// <param name="message">Receives what is read.</param>
/// <param name="faults">Receives what makes the body no message at all.</param>
internal sealed class FirehoseParser(FirehoseMessage message, Faults faults) : ElementParser("user_profiles", int.MaxValue)
{
    /// <summary>Characters of a message's id; mParticle's are UUIDs. A longer one counts as none.</summary>
    private const int MostIdCharacters = 255;

    /// <summary>Nothing is taken away before the message is known whole; the limit of the body bounds it.</summary>
    protected override bool IsFull => false;

    protected override void OnElement(ReadOnlyMemory<byte> element) => ProfileReader.Read(element, message.Changes);

    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        switch (name)
        {
            case "type": message.TypeWord = JsonValues.Word(value); break;
            case "id": message.Id = JsonValues.Word(value, orNumber: true) is { Length: <= MostIdCharacters } id ? id : null; break;
            case "timestamp_ms": message.Timestamp = TimeOf(value); break;
            case "account": message.Account = Account.Read(value); break;
        }
    }

    protected override void OnNoArray(bool isMissing)
    {
        // without profiles it is a heartbeat, or another type of message; of another type than an array they may be profiles that would be lost
        if (!isMissing) faults.Add("user_profiles", "must be an array");
    }

    protected override void OnFault(string path, string fault) => faults.Add(path, fault);

    /// <summary>Anything but a whole number above 0 is no time.</summary>
    private static long? TimeOf(ReadOnlyMemory<byte> value)
    {
        var reader = JsonValues.ReaderOf(value);
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var time) && time > 0 ? time : null;
    }
}
