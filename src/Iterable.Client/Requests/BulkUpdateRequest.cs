using System.Buffers;

namespace Iterable.Client.Requests;

/// <summary>
/// POST /api/users/bulkUpdate. Iterable takes five a second for a project and 4 MB at once, and does not order it
/// against its single-user calls.
/// </summary>
/// <param name="Members">The users; fields that are not in their dataFields stay as they are.</param>
/// <param name="CreateNewFields">Whether unknown fields are added to the project; null leaves it to the project's setting.</param>
public sealed record BulkUpdateRequest(IReadOnlyList<Member> Members, bool? CreateNewFields = null) : BulkRequest
{
    /// <inheritdoc/>
    public override EndpointClass EndpointClass => EndpointClass.Users;

    /// <inheritdoc/>
    public override string Path => "/api/users/bulkUpdate";

    /// <inheritdoc/>
    public override int MemberCount => Members.Count;

    /// <inheritdoc/>
    public override void WriteBody(IBufferWriter<byte> output)
    {
        using var writer = JsonBody.Writer(output);
        writer.WriteStartObject();
        Member.WriteAll(writer, "users"u8, Members);
        if (CreateNewFields is { } create)
            writer.WriteBoolean("createNewFields"u8, create);
        writer.WriteEndObject();
    }

    internal override MemberKeys KeysAt(int index) => Members[index].Keys;
}
