using System.Buffers;

namespace Iterable.Client.Requests;

/// <summary>POST /api/lists/unsubscribe. Unsubscribing a non-member counts as success.</summary>
/// <param name="ListId">The list, 1 or more.</param>
/// <param name="Members">Only their identifiers are written.</param>
/// <param name="CampaignId">Written only when set.</param>
/// <param name="ChannelUnsubscribe">Always written: the documentation and other integrators disagree about the default.</param>
public sealed record UnsubscribeRequest(long ListId, IReadOnlyList<Member> Members, long? CampaignId = null, bool ChannelUnsubscribe = false) : BulkRequest
{
    /// <inheritdoc/>
    public override EndpointClass EndpointClass => EndpointClass.Lists;

    /// <inheritdoc/>
    public override string Path => "/api/lists/unsubscribe";

    /// <inheritdoc/>
    public override int MemberCount => Members.Count;

    /// <inheritdoc/>
    public override void WriteBody(IBufferWriter<byte> output)
    {
        using var writer = JsonBody.Writer(output);
        writer.WriteStartObject();
        writer.WriteNumber("listId"u8, ListId);
        writer.WriteStartArray("subscribers"u8);
        for (int index = 0; index < Members.Count; index++)
        {
            writer.WriteStartObject();
            Members[index].WriteIdentifiers(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        JsonBody.WriteNumber(writer, "campaignId"u8, CampaignId);
        writer.WriteBoolean("channelUnsubscribe"u8, ChannelUnsubscribe);
        writer.WriteEndObject();
    }

    internal override MemberKeys KeysAt(int index) => Members[index].Keys;
}
