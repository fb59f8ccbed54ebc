using System.Text.Json;
using Iterable.Sandbox.Fields;
using Iterable.Sandbox.Projects;

namespace Iterable.Sandbox.Api;

/// <summary>The answers that refuse a whole request.</summary>
internal static class Refusals
{
    private static readonly ReadOnlyMemory<byte> TooLargePage =
        "<html><head><title>413 Request Entity Too Large</title></head><body><h1>413 Request Entity Too Large</h1></body></html>"u8.ToArray();

    public static ApiAnswer BadApiKey => Envelope.Of(401, "BadApiKey", "Invalid API key");

    public static ApiAnswer Forbidden => Envelope.Of(403, "Forbidden", "This API key may not call this endpoint");

    public static ApiAnswer NotFound => Envelope.Of(404, "NotFound", "No such endpoint");

    public static ApiAnswer InvalidEmail => Envelope.Of(400, "InvalidEmailAddressError", "Invalid email");

    public static ApiAnswer InvalidUserId => Envelope.Of(400, "InvalidUserIdError", "Invalid userId");

    public static ApiAnswer UnknownEmail => Envelope.Of(400, "UnknownEmailError", "No user with this email");

    public static ApiAnswer UnknownUserId => Envelope.Of(400, "UnknownUserIdError", "No user with this userId");

    public static ApiAnswer Forgotten => Envelope.Of(409, "ForgottenUserError", "This user was forgotten");

    public static ApiAnswer BadJsonBody => Envelope.Of(400, "BadJsonBody", "Invalid JSON body");

    /// <summary>Comes from whatever is in front of the API, hence a page.</summary>
    public static ApiAnswer TooLarge => new(413, TooLargePage, ApiAnswer.Html);

    public static ApiAnswer BatchTooLarge(int most) => Envelope.Of(400, "BatchTooLarge", $"Batch too large: at most {Envelope.Invariant(most)} a request");

    public static ApiAnswer BadParams(string path, string problem) =>
        Envelope.Of(400, "BadParams", $"Invalid parameters: {path} {problem}", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString(path, problem);
            writer.WriteEndObject();
        });

    /// <summary>The code does say Success: callers have to look at the status and the message.</summary>
    public static ApiAnswer InvalidListId(long listId) => Envelope.Of(400, "Success", $"error.lists.invalidListId({Envelope.Invariant(listId)})");

    public static ApiAnswer RateLimited(RateLimit limit, TimeSpan wait, ProjectSettings settings)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return Envelope.Of(429, "RateLimitExceeded", "Rate limit exceeded", writer =>
        {
            writer.WriteStartObject();
            if (settings.SendRateLimitParams)
            {
                writer.WriteNumber("rateLimitLimit"u8, limit.Calls);
                writer.WriteNumber("rateLimitRemaining"u8, 0);
                writer.WriteNumber("rateLimitReset"u8, seconds);
            }
            writer.WriteEndObject();
        }, settings.SendRetryAfter ? seconds : null);
    }

    /// <summary>
    /// In the words of an answer that a client of Iterable recorded in 2021: <c>{"validationErrors":{"signupDate":{"incomingTypes":
    /// ["string","keyword"],"expectedType":"date","_type":"UnexpectedType","offendingValue":"GGG","category":"user"}}}</c>.
    /// </summary>
    public static ApiAnswer FieldTypes(IReadOnlyCollection<FieldMismatch> mismatches, string category) =>
        Envelope.Of(400, "RequestFieldsTypesMismatched", MismatchMessage(mismatches.First(), category), writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartObject("validationErrors"u8);
            foreach (var mismatch in mismatches) WriteMismatch(writer, mismatch, category);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });

    private static string MismatchMessage(in FieldMismatch mismatch, string category) =>
        "The request does not have the same data types as the data previously submitted. "
        + $"Field '{mismatch.Path}' already exists for type '{category}' and has a data type of '{mismatch.Expected.Name()}' "
        + $"but possible types '{string.Join(", ", mismatch.Incoming.Readings())}' in the request.";

    private static void WriteMismatch(Utf8JsonWriter writer, FieldMismatch mismatch, string category)
    {
        writer.WriteStartObject(mismatch.Path);
        writer.WriteStartArray("incomingTypes"u8);
        foreach (var reading in mismatch.Incoming.Readings()) writer.WriteStringValue(reading);
        writer.WriteEndArray();
        writer.WriteString("expectedType"u8, mismatch.Expected.Name());
        writer.WriteString("_type"u8, "UnexpectedType");
        writer.WriteString("offendingValue"u8, mismatch.Value);
        writer.WriteString("category"u8, category);
        writer.WriteEndObject();
    }
}
