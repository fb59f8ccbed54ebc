using System.Text;
using System.Text.Json;

namespace Iterable.Client.Requests;

/// <summary>
/// One person in a request, by e-mail, by user id or by both, as UTF-8 so that nothing is transcoded on the way
/// from a queue to the socket. An empty identifier is left out of the body.
/// </summary>
public readonly struct Member
{
    // What surrounds the values when every field is there, with the comma that separates two members.
    private static readonly int FieldsLength =
        """{"email":"","userId":"","dataFields":,"preferUserId":true,"mergeNestedObjects":false},""".Length;

    /// <summary>The e-mail as UTF-8, or empty.</summary>
    public ReadOnlyMemory<byte> Email { get; init; }

    /// <summary>The user id as UTF-8, or empty; compared exactly.</summary>
    public ReadOnlyMemory<byte> UserId { get; init; }

    /// <summary>A JSON object as UTF-8, written unchanged, or empty for none.</summary>
    public ReadOnlyMemory<byte> DataFields { get; init; }

    /// <summary>Written only when true. Makes Iterable look a user up by id first.</summary>
    public bool PreferUserId { get; init; }

    /// <summary>Written only when set: whether nested objects are merged or replaced.</summary>
    public bool? MergeNestedObjects { get; init; }

    /// <summary>
    /// An upper bound of the bytes this member takes in a body, its comma included; cheap, and never too low. A body is
    /// no longer than the sum over its members and <see cref="Limits.EnvelopeBytes"/>.
    /// </summary>
    public int MaxJsonLength => JsonBody.Saturate(
        FieldsLength + JsonBody.MaxEscapedLength(Email.Span) + JsonBody.MaxEscapedLength(UserId.Span) + DataFields.Length);

    /// <summary>For callers that hold text.</summary>
    public static Member Of(string? email, string? userId = null, string? dataFieldsJson = null) => new()
    {
        Email = Encoding.UTF8.GetBytes(email ?? ""),
        UserId = Encoding.UTF8.GetBytes(userId ?? ""),
        DataFields = Encoding.UTF8.GetBytes(dataFieldsJson ?? ""),
    };

    internal MemberKeys Keys => new(Email, UserId);

    internal static void WriteAll(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<Member> members)
    {
        writer.WriteStartArray(name);
        for (int index = 0; index < members.Count; index++)
            members[index].Write(writer);
        writer.WriteEndArray();
    }

    internal void WriteIdentifiers(Utf8JsonWriter writer)
    {
        JsonBody.WriteText(writer, "email"u8, Email);
        JsonBody.WriteText(writer, "userId"u8, UserId);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteIdentifiers(writer);
        JsonBody.WriteJson(writer, "dataFields"u8, DataFields);
        if (PreferUserId)
            writer.WriteBoolean("preferUserId"u8, true);
        if (MergeNestedObjects is { } merge)
            writer.WriteBoolean("mergeNestedObjects"u8, merge);
        writer.WriteEndObject();
    }
}
