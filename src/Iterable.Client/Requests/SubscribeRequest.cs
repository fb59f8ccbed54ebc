using System.Buffers;

namespace Iterable.Client.Requests;

/// <summary>POST /api/lists/subscribe. Subscribing a member again counts as success.</summary>
/// <param name="ListId">The list, 1 or more.</param>
/// <param name="Members">At most 1000 by every integrator's convention.</param>
/// <param name="UpdateExistingUsersOnly">Written only when true.</param>
public sealed record SubscribeRequest(long ListId, IReadOnlyList<Member> Members, bool UpdateExistingUsersOnly = false) : BulkRequest
{
    /// <inheritdoc/>
    public override EndpointClass EndpointClass => EndpointClass.Lists;

    /// <inheritdoc/>
    public override string Path => "/api/lists/subscribe";

    /// <inheritdoc/>
    public override int MemberCount => Members.Count;

    /// <inheritdoc/>
    public override void WriteBody(IBufferWriter<byte> output)
    {
        using var writer = JsonBody.Writer(output);
        writer.WriteStartObject();
        writer.WriteNumber("listId"u8, ListId);
        Member.WriteAll(writer, "subscribers"u8, Members);
        if (UpdateExistingUsersOnly)
            writer.WriteBoolean("updateExistingUsersOnly"u8, true);
        writer.WriteEndObject();
    }

    internal override MemberKeys KeysAt(int index) => Members[index].Keys;
}
