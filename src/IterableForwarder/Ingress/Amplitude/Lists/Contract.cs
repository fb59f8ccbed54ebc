namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>A list that is asked for.</summary>
/// <param name="Name">The list of exactly this name is used, or created.</param>
internal sealed record PartnerListRequest(string Name);

/// <summary>The list that stands for the name.</summary>
/// <param name="Id">Names it in the paths of adds and removes; the same name has the same id.</param>
internal sealed record PartnerList(string Id);

/// <summary>Who enters or leaves.</summary>
/// <param name="UserIds">Sent exactly; numbers unchanged.</param>
internal sealed record PartnerListUsers(IReadOnlyList<string> UserIds);
