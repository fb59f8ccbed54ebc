using System.Text.Json;
using Iterable.Sandbox.Api;
using Iterable.Sandbox.State;

namespace Iterable.Sandbox.Control;

/// <summary>Writes people as they are kept, a piece at a time: a list may hold millions.</summary>
internal static class PeopleStream
{
    private const int FlushAt = 64 * 1024;

    public static Task MembersAsync(HttpResponse response, World world, long listId, CancellationToken cancellationToken) =>
        WriteAsync(response, Roster.Of(world, listId, membersOnly: true), static (writer, entry) =>
        {
            WriteWho(writer, entry.Person);
            WriteFields(writer, entry.Person);
            WriteCounts(writer, entry.Membership);
        }, cancellationToken);

    public static Task SendsAsync(HttpResponse response, World world, long listId, CancellationToken cancellationToken) =>
        WriteAsync(response, Roster.Of(world, listId, membersOnly: false), static (writer, entry) =>
        {
            WriteWho(writer, entry.Person);
            writer.WriteBoolean("isMember"u8, entry.Membership.IsMember);
            WriteCounts(writer, entry.Membership);
        }, cancellationToken);

    public static Task UsersAsync(HttpResponse response, World world, string? apiKey, CancellationToken cancellationToken) =>
        WriteAsync(response, Roster.Users(world, apiKey), static (writer, person) =>
        {
            WriteWho(writer, person);
            WriteFields(writer, person);
            writer.WriteBoolean("channelUnsubscribed"u8, person.ChannelUnsubscribed);
        }, cancellationToken);

    private static async Task WriteAsync<T>(HttpResponse response, T[] entries, Action<Utf8JsonWriter, T> write, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(response.BodyWriter, Envelope.Plain);
        writer.WriteStartArray();
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            write(writer, entry);
            writer.WriteEndObject();
            if (writer.BytesPending < FlushAt) continue;
            writer.Flush();
            await response.BodyWriter.FlushAsync(cancellationToken);
        }
        writer.WriteEndArray();
    }

    private static void WriteWho(Utf8JsonWriter writer, Person person)
    {
        WriteText(writer, "email"u8, person.Email);
        WriteText(writer, "userId"u8, person.UserId);
    }

    private static void WriteFields(Utf8JsonWriter writer, Person person)
    {
        writer.WritePropertyName("dataFields"u8);
        if (person.DataFields is { } fields) writer.WriteRawValue(fields, skipInputValidation: true);
        else writer.WriteNullValue();
    }

    private static void WriteCounts(Utf8JsonWriter writer, Membership membership)
    {
        writer.WriteNumber("adds"u8, membership.Adds);
        writer.WriteNumber("removes"u8, membership.Removes);
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, byte[]? text)
    {
        if (text is null) writer.WriteNull(name);
        else writer.WriteString(name, text);
    }
}
