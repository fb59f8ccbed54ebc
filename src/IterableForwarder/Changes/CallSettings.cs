namespace IterableForwarder.Changes;

/// <summary>What is said to Iterable with the members of a call, beside the list.</summary>
/// <param name="UpdateExistingUsersOnly">Said with every add.</param>
/// <param name="CampaignId">Said with every remove, where set.</param>
/// <param name="ChannelUnsubscribe">Said with every remove: true takes people out of the whole channel.</param>
internal sealed record CallSettings(bool UpdateExistingUsersOnly, long? CampaignId, bool ChannelUnsubscribe)
{
    /// <summary>As Iterable's own defaults are, but for the channel: from that nobody is unsubscribed unasked.</summary>
    public static CallSettings Default { get; } = new(false, null, false);
}
