using System.Text.Json;
using Iterable.Client.Results;

namespace Iterable.Client.Answers;

/// <summary>
/// Iterable's envelope of an error: <c>{"msg":"…","code":"…","params":…}</c>. A gateway in front of it may answer with
/// anything else, which reads as an envelope without contents.
/// </summary>
internal sealed record ErrorBody
{
    private const int MaxMessageLength = 500;
    private const int MaxCodeLength = 64;

    private static readonly ErrorBody Nothing = new();

    public string? Code { get; private init; }

    public string? ShortMessage { get; private init; }

    /// <summary>Iterable reports an unknown list as a 400 whose code is "Success"; only the message tells.</summary>
    public bool NamesInvalidList { get; private init; }

    public TimeSpan? RateLimitReset { get; private init; }

    public IReadOnlyList<FieldMismatch> FieldMismatches { get; private init; } = [];

    public static ErrorBody Read(ReadOnlyMemory<byte> body) =>
        JsonReading.ReadObject(body, Read) ?? Nothing;

    private static ErrorBody? Read(JsonElement body)
    {
        var message = JsonReading.Text(JsonReading.Get(body, "msg"));
        var parameters = JsonReading.Get(body, "params");
        var reset = JsonReading.Get(parameters, "rateLimitReset");
        return new ErrorBody
        {
            Code = PlainCode(JsonReading.Text(JsonReading.Get(body, "code"))),
            ShortMessage = Cut(message),
            NamesInvalidList = message?.Contains("invalidListId", StringComparison.Ordinal) ?? false,
            RateLimitReset = RetryWait.FromSeconds(JsonReading.Number(reset)),
            FieldMismatches = Answers.FieldMismatches.Read(JsonReading.Get(parameters, "validationErrors")),
        };
    }

    // Codes are shown and logged; text that is no code could hold a person's data.
    private static string? PlainCode(string? code) =>
        code is { Length: > 0 and <= MaxCodeLength } && code.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.')
            ? code
            : null;

    private static string? Cut(string? message)
    {
        if (message is null || message.Length <= MaxMessageLength)
            return message;
        int length = char.IsHighSurrogate(message[MaxMessageLength - 1]) ? MaxMessageLength - 1 : MaxMessageLength;
        return message[..length];
    }
}
