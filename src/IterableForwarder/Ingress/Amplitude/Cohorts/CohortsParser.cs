using System.Globalization;
using System.Text;
using IterableForwarder.Http;
using IterableForwarder.Ingress.Body;
using IterableForwarder.Ingress.Json;

namespace IterableForwarder.Ingress.Amplitude.Cohorts;

/// <summary>Takes a message apart as it arrives.</summary>
/// <param name="message">Receives what is read.</param>
/// <param name="errors">Receives what makes the body no message at all.</param>
internal sealed class CohortsParser(CohortMessage message, ValidationErrors errors) : ElementParser("users", int.MaxValue)
{
    /// <summary>Amplitude's are a UUID and a few words more. A longer one counts as none.</summary>
    private const int MaxIdCharacters = 255;

    /// <summary>The end of the year 9999, in seconds.</summary>
    private const long LastSecond = 253_402_300_799;

    /// <summary>True where so little could be read that what is missing says nothing.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Nothing is taken away before the message is known whole; the limit of the body bounds it.</summary>
    protected override bool IsFull => false;

    protected override bool SkipsUnreadable => true;

    /// <summary>A user without an identifier is accounted for as such.</summary>
    protected override void OnUnreadable() => message.Users.Add(default);

    protected override void OnElement(ReadOnlyMemory<byte> element) => message.Users.Add(UserReader.Read(element));

    protected override void OnMember(string name, ReadOnlyMemory<byte> value)
    {
        switch (name)
        {
            case "cohort_id": message.CohortId = JsonValues.Word(value, orNumber: true); break;
            case "cohort_name": message.CohortName = NameOf(value); break;
            case "in_cohort": message.InCohort = TruthOf(value); break;
            case "computed_time": message.ComputedTime = TimeOf(value); break;
            case "message_id": message.MessageId = JsonValues.Word(value, orNumber: true) is { Length: <= MaxIdCharacters } id ? id : null; break;
        }
    }

    protected override void OnNoArray(bool isMissing) => message.UsersError = isMissing ? "is required" : "must be an array";

    protected override void OnError(string path, string error)
    {
        errors.Add(path, error);
        IsBroken |= path != "users";
    }

    private static string? NameOf(ReadOnlyMemory<byte> value)
    {
        var reader = JsonValues.ReaderOf(value);
        var text = JsonValues.Text(ref reader, value, orNumber: false);
        return JsonValues.IsBlank(text.Span) ? null : Encoding.UTF8.GetString(text.Span);
    }

    /// <summary>Texts and numbers that look like it are not taken for it: the wrong guess would take everybody off the list.</summary>
    private static bool? TruthOf(ReadOnlyMemory<byte> value)
    {
        var reader = JsonValues.ReaderOf(value);
        return JsonValues.Truth(ref reader);
    }

    /// <summary>Whole seconds, as a text or a number. Anything else is no time: the users then count in the order of their arrival.</summary>
    private static long? TimeOf(ReadOnlyMemory<byte> value)
    {
        var isTime = long.TryParse(JsonValues.Word(value, orNumber: true), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        return isTime && seconds is > 0 and <= LastSecond ? seconds * 1000 : null;
    }
}
