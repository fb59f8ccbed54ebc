using System.Text.Json;
using Iterable.Sandbox.Identity;

namespace Iterable.Sandbox.Api;

/// <summary>The answer to every call that carries many members: counts, and names of those who failed.</summary>
internal sealed class ListAnswer
{
    private static readonly FailureReason[] UserReasons = Enum.GetValues<FailureReason>();
    private static readonly FailureReason[] EventReasons = [FailureReason.Forgotten, FailureReason.Invalid, FailureReason.NotFound];

    public required int Succeeded { get; init; }

    public required Failures Failures { get; init; }

    /// <summary>Counts those who failed, and names none of them.</summary>
    public bool Nameless { get; init; }

    private Failures Named => Nameless ? new Failures() : Failures;

    public IEnumerable<string> CreatedFields { get; init; } = [];

    public IEnumerable<string> FilteredOutFields { get; init; } = [];

    /// <summary>bulkUpdate only.</summary>
    public (IReadOnlyList<string> Emails, IReadOnlyList<string> UserIds)? NoOps { get; init; }

    /// <summary>trackBulk only; that answer also knows fewer reasons.</summary>
    public IReadOnlyCollection<string>? DisallowedEventNames { get; init; }

    public ApiAnswer ToAnswer() => new(200, Envelope.Json(Write));

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("successCount"u8, Succeeded);
        writer.WriteNumber("failCount"u8, Failures.Count);
        WriteNames(writer, "createdFields", CreatedFields);
        WriteNames(writer, "filteredOutFields", FilteredOutFields);
        WriteNames(writer, "invalidEmails", Named.Emails(FailureReason.Invalid));
        WriteNames(writer, "invalidUserIds", Named.UserIds(FailureReason.Invalid));
        WriteFailedUpdates(writer);
        if (NoOps is { } noOps)
        {
            WriteNames(writer, "noOpEmails", noOps.Emails);
            WriteNames(writer, "noOpUserIds", noOps.UserIds);
        }
        if (DisallowedEventNames is not null) WriteNames(writer, "disallowedEventNames", DisallowedEventNames);
        writer.WriteEndObject();
    }

    private void WriteFailedUpdates(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("failedUpdates"u8);
        foreach (var reason in DisallowedEventNames is null ? UserReasons : EventReasons)
        {
            var name = Name(reason);
            WriteNames(writer, $"{name}Emails", Named.Emails(reason));
            WriteNames(writer, $"{name}UserIds", Named.UserIds(reason));
        }
        writer.WriteEndObject();
    }

    private static string Name(FailureReason reason) => reason switch
    {
        FailureReason.Conflict => "conflict",
        FailureReason.Forgotten => "forgotten",
        FailureReason.InvalidData => "invalidData",
        FailureReason.Invalid => "invalid",
        FailureReason.NotFound => "notFound",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    private static void WriteNames(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) writer.WriteStringValue(value);
        writer.WriteEndArray();
    }
}
