namespace IterableForwarder.Ingress.Amplitude.Lists;

/// <summary>The list to find or create.</summary>
/// <param name="Name">The list of exactly this name is used, or created.</param>
internal sealed record PartnerListRequest(string Name);

/// <summary>The list with the name.</summary>
/// <param name="Id">Names it in the paths of adds and removes; the same name has the same id.</param>
internal sealed record PartnerList(string Id);

/// <summary>Who enters or leaves.</summary>
/// <param name="UserIds">Sent exactly; numbers unchanged.</param>
internal sealed record PartnerListUsers(IReadOnlyList<string> UserIds);
